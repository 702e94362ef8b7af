import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { HEADER_BYTES } from '../../../../lambda/clamav/cvd-header';

/**
 * Split in two, so that no scanner takes this file for the test virus.
 * https://www.eicar.org/download-anti-malware-testfile/
 */
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);

export interface DatabaseOptions {
  readonly version?: number;
  readonly builtAt?: number;
  /** The signature matches anywhere in a file. */
  readonly pattern?: Buffer;
}

/**
 * An unsigned database (`.cud`) with one signature, as `sigtool --build --unsigned` makes them: a header, and an
 * archive of the signatures with a list of them.
 */
export function database(
  name: string, { version = 1, builtAt = Date.now(), pattern = EICAR }: DatabaseOptions = {},
): Buffer {
  const seconds = Math.floor(builtAt / 1000);
  const header = (md5: string) => `ClamAV-VDB:${date(builtAt)}:${version}:1:90:${md5}:X:test:${seconds}`;
  const signatures = Buffer.from(`Own.${name}:0:*:${pattern.toString('hex')}\n`);
  const info = Buffer.from(
    `${header('X')}\n${name}.ndb:${signatures.length}:${createHash('sha256').update(signatures).digest('hex')}\n`,
  );
  const archive = gzipSync(
    tar({ COPYING: Buffer.from('Made for a test.\n'), [`${name}.info`]: info, [`${name}.ndb`]: signatures }),
  );
  return Buffer.concat([
    Buffer.from(header(createHash('md5').update(archive).digest('hex')).padEnd(HEADER_BYTES)), archive,
  ]);
}

/** `26 Nov 2026 11-46 +0000` */
function date(at: number): string {
  const [, day, month, year, time] = new Date(at).toUTCString().split(' ');
  return `${day} ${month} ${year} ${time.slice(0, 5).replace(':', '-')} +0000`;
}

const BLOCK = 512;

function tar(files: Readonly<Record<string, Buffer>>): Buffer {
  const padding = (bytes: Buffer) => Buffer.alloc((BLOCK - bytes.length % BLOCK) % BLOCK);
  const blocks = Object.entries(files).flatMap(
    ([name, bytes]) => [tarHeader(name, bytes.length), bytes, padding(bytes)],
  );
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** POSIX.1-1988 ustar. */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0);
  header.write(`${octal(0o644, 8)}${octal(0, 8)}${octal(0, 8)}${octal(size, 12)}${octal(0, 12)}`, 100);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  header.write(`${octal(header.reduce((sum, byte) => sum + byte, 0), 7)} `, 148);
  return header;
}
