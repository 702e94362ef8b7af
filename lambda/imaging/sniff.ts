import type { ImageType } from '../../src/contract';
import { SNIFF_BYTES } from '../domain/verdict';

interface Signature {
  readonly type: ImageType;
  /** The section of the specification that defines the first bytes. */
  readonly source: string;
  readonly matches: (start: Uint8Array) => boolean;
}

function readAscii(start: Uint8Array, from: number, to: number): string {
  return Buffer.from(start.subarray(from, to)).toString('latin1');
}

function matchBytes(...bytes: number[]): Signature['matches'] {
  return start => start.length >= bytes.length && bytes.every((byte, i) => start[i] === byte);
}

/**
 * Brands of an ISO base media file, ISO/IEC 14496-12, section 4.3: a box `ftyp` with a major brand, a version and
 * compatible brands of four characters each. A size of 0 or 1 stands for boxes that no `ftyp` is.
 * Confirm has only the first bytes, so brands behind them do not count here either. A hostile file has millions, which
 * take seconds.
 */
function readBrands(start: Uint8Array): string[] {
  if (start.length < 16 || readAscii(start, 4, 8) !== 'ftyp') return [];
  const end = Math.min(Buffer.from(start.subarray(0, 4)).readUInt32BE(), start.length, SNIFF_BYTES);
  const compatible = Array.from(
    { length: Math.max(0, Math.floor((end - 16) / 4)) }, (_, i) => readAscii(start, 16 + i * 4, 20 + i * 4),
  );
  const major = readAscii(start, 8, 12);
  // The low-overhead format has the brand of its coding in the place of the version, ISO/IEC 23008-12:2025.
  return major === 'mif3' ? [major, readAscii(start, 12, 16), ...compatible] : [major, ...compatible];
}

/** A major brand of an image decides. Any other says nothing: a file is all that its compatible brands say. */
function matchBrands(...wanted: string[]): Signature['matches'] {
  return start => {
    const [major, ...compatible] = readBrands(start);
    if (major === undefined) return false;
    return CODED.has(major) ? wanted.includes(major) : [major, ...compatible].some(brand => wanted.includes(brand));
  };
}

const AVIF_BRANDS = ['avif', 'avis'];
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];
/** Structure without a coding. */
const HEIF_BRANDS = ['mif1', 'mif2', 'mif3', 'msf1'];
const CODED = new Set([...AVIF_BRANDS, ...HEIC_BRANDS]);

/** The first match is the type: AVIF and HEIC before HEIF, since they share its brands. */
const SIGNATURES: readonly Signature[] = [
  { type: 'image/jpeg', source: 'ITU-T T.81, B.1.1.3: SOI, then a marker', matches: matchBytes(0xff, 0xd8, 0xff) },
  {
    type: 'image/png',
    source: 'RFC 2083, section 3.1',
    matches: matchBytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  },
  {
    type: 'image/gif',
    source: 'GIF89a specification, section 17',
    matches: start => ['GIF87a', 'GIF89a'].includes(readAscii(start, 0, 6)),
  },
  {
    type: 'image/webp',
    source: 'RFC 9649, section 2.4',
    matches: start => readAscii(start, 0, 4) === 'RIFF' && readAscii(start, 8, 12) === 'WEBP',
  },
  { type: 'image/avif', source: 'AV1 Image File Format, section 6', matches: matchBrands(...AVIF_BRANDS) },
  { type: 'image/heic', source: 'ISO/IEC 23008-12, annex B.4', matches: matchBrands(...HEIC_BRANDS) },
  { type: 'image/heif', source: 'ISO/IEC 23008-12, clause 10', matches: matchBrands(...HEIF_BRANDS) },
];

/** Finds the type by the leading bytes; names and headers do not count. */
export function sniff(start: Uint8Array): ImageType | undefined {
  return SIGNATURES.find(signature => signature.matches(start))?.type;
}
