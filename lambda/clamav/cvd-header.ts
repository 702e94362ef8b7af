/** The header of a file of definitions. */
export interface CvdHeader {
  /** When ClamAV built it (epoch milliseconds): the age of its signatures, not of the file. */
  readonly builtAt: number;
  readonly version: number;
}

/** Length of a header in bytes. Its fields are separated by colons and padded with spaces. */
export const HEADER_BYTES = 512;

/** Fields of the header. https://docs.clamav.net/manual/Signatures.html#signature-databases-in-clamav */
const FIELD = { MAGIC: 0, VERSION: 2, BUILT_AT: 8 };

/**
 * The header of a `.cvd`, of a `.cld` (freshclam's update of a `.cvd`) or of a `.cud` (unsigned): all have the same.
 * Undefined for other files.
 */
export function parseHeader(start: Uint8Array): CvdHeader | undefined {
  const fields = Buffer.from(start.subarray(0, HEADER_BYTES)).toString('latin1').split(':').map(
    field => field.trimEnd(),
  );
  const version = parseWhole(fields[FIELD.VERSION]);
  const seconds = parseWhole(fields[FIELD.BUILT_AT]);
  if (
    start.length < HEADER_BYTES || fields[FIELD.MAGIC] !== 'ClamAV-VDB' || version === undefined
    || seconds === undefined
  ) {
    return undefined;
  }
  return { builtAt: seconds * 1000, version };
}

function parseWhole(field = ''): number | undefined {
  return /^[1-9]\d{0,10}$/.test(field) ? Number(field) : undefined;
}
