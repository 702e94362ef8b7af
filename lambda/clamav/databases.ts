import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CvdHeader, HEADER_BYTES, parseHeader } from './cvd-header';
import { ServiceError } from '../domain/errors';

/** A container of definitions. Files of signatures without one have no date, so they are not accepted. */
const DATABASE = /^([a-z][a-z0-9_-]{0,63})\.(cvd|cld|cud)$/;

/** Without these, most signatures are missing. `daily` changes from day to day, so its date is the date of all. */
const NEEDED = ['daily', 'main'] as const;

export interface Databases {
  /** File names. */
  readonly files: readonly string[];
  readonly daily: CvdHeader;
  readonly main: CvdHeader;
}

export function isDatabase(name: string): boolean {
  return DATABASE.test(name);
}

/** The definitions in a folder. Throws unless they are complete. */
export async function readDatabases(folder: string): Promise<Databases> {
  const files = (await readdir(folder)).filter(isDatabase).sort();
  const [daily, main] = await Promise.all(NEEDED.map(async name => {
    const [found, ...others] = files.filter(file => DATABASE.exec(file)![1] === name);
    if (found === undefined) {
      throw new ServiceError(
        `the definitions must include ${name}.cvd or ${name}.cld, got: ${files.join(', ') || 'none'}`,
      );
    }
    if (others.length > 0) {
      throw new ServiceError(`the definitions must include exactly one ${name} file, got: ${[found, ...others].join(', ')}`);
    }
    return readHeader(join(folder, found));
  }));
  return { files, daily, main };
}

async function readHeader(path: string): Promise<CvdHeader> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEADER_BYTES), position: 0 });
    const header = parseHeader(buffer.subarray(0, bytesRead));
    if (header === undefined) {
      throw new ServiceError(
        `${path} must begin with the header of a ClamAV database, got: ${JSON.stringify(buffer.toString('latin1', 0, 80))}`,
      );
    }
    return header;
  } finally {
    await file.close();
  }
}
