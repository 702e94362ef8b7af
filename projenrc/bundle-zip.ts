import { type Zippable, zipSync } from 'fflate';

export type Files = ReadonlyMap<string, Uint8Array>;

/** UNIX mode: a plain file that everybody can read. Lambda runs functions as another user. */
const READABLE = 0o100644;
const UNIX = 3;

/** The earliest date of a zip file; zip files store local time. */
const THEN = new Date(1980, 0, 1);

/**
 * Makes the same bytes from the same files on every machine. Names are in order, the date is fixed, and the compressor
 * is JavaScript: zlib's output differs by processor.
 */
export function zip(files: Files): Uint8Array {
  const entries = [...files].sort(([a], [b]) => a < b ? -1 : 1);
  const zippable: Zippable = Object.fromEntries(
    entries.map(([name, bytes]) => [name, [bytes, { attrs: READABLE * 0x10000, os: UNIX }]]),
  );
  return zipSync(zippable, { level: 6, mtime: THEN });
}
