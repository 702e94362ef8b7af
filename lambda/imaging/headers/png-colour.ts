import { encodeFourcc, type Bytes } from './bytes';
import type { Cicp } from './cicp';

/** The chunks of a PNG that describe its colours, by PNG, third edition, section 11.3.2. */
export interface PngColour {
  readonly cicp?: Cicp;
  readonly hasProfile: boolean;
  readonly isSrgb: boolean;
  /** The exponent of encoding, 1 / 2.2 for most. */
  readonly gamma?: number;
  /** x and y of white, red, green and blue. */
  readonly chromaticities?: readonly number[];
  readonly peak?: number;
}

const IDAT = encodeFourcc('IDAT');
const CICP = encodeFourcc('cICP');
const ICCP = encodeFourcc('iCCP');
const SRGB = encodeFourcc('sRGB');
const GAMA = encodeFourcc('gAMA');
const CHRM = encodeFourcc('cHRM');
const CLLI = encodeFourcc('cLLI');
const MDCV = encodeFourcc('mDCV');

const UNIT = 100_000;

/** All of them come before the image data. */
export function readPngColour(bytes: Bytes): PngColour {
  const chunks = new Map<number, number>();
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readU32(at)) {
    const name = bytes.readU32(at + 4);
    if (name === IDAT) break;
    bytes.count(1);
    if (!chunks.has(name)) chunks.set(name, at + 8);
  }
  const read = <T>(name: number, of: (at: number) => T): T | undefined => {
    const at = chunks.get(name);
    return at === undefined ? undefined : of(at);
  };
  return {
    cicp: read(CICP, at => readCicp(bytes, at)),
    hasProfile: chunks.has(ICCP),
    isSrgb: chunks.has(SRGB),
    gamma: read(GAMA, at => bytes.readU32(at) / UNIT),
    chromaticities: read(CHRM, at => Array.from({ length: 8 }, (_, i) => bytes.readU32(at + 4 * i) / UNIT)),
    // In ten-thousandths of cd/m²; the display's comes behind its primaries and white.
    peak: read(CLLI, at => bytes.readU32(at) / 10_000) || read(MDCV, at => bytes.readU32(at + 16) / 10_000),
  };
}

function readCicp(bytes: Bytes, at: number): Cicp {
  return {
    primaries: bytes.readU8(at),
    transfer: bytes.readU8(at + 1),
    matrix: bytes.readU8(at + 2),
    fullRange: bytes.readU8(at + 3) === 1,
  };
}
