import { type Zippable, zipSync } from 'fflate';

export type Files = ReadonlyMap<string, Uint8Array>;

/** Of UNIX: a plain file that everybody can read. Lambda runs functions as a user of its own. */
const READABLE = 0o100644;
const UNIX = 3;

/** The earliest that a zip file can say, in local time as zip files have it. */
const THEN = new Date(1980, 0, 1);

/** The same bytes for the same files, on every machine: names in order, one date, and a compressor in JavaScript, where zlib's differs by processor. */
export function zip(files: Files): Uint8Array {
  const entries = [...files].sort(([a], [b]) => a < b ? -1 : 1);
  const zippable: Zippable = Object.fromEntries(entries.map(([name, bytes]) => [name, [bytes, { attrs: READABLE * 0x10000, os: UNIX }]]));
  return zipSync(zippable, { level: 6, mtime: THEN });
}
