import { buildHeifConversion } from './coded';
import type { Conversion } from './conversion';
import { encodeSrgb, createGammaCurve, type Curve } from './curves';
import { multiply, type Matrix } from './matrix';
import { fromXyzD50, SRGB_PRIMARIES } from './primaries';

/** ICC.1:2022, table 15, up to the count of tags. */
const HEADER = 128;
const ENTRY = 12;
const MAX_TAGS = 100;
const MAX_ENTRIES = 65_536;

const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
/** The largest invisible differences of matrices and of encoded values. */
const SAME_MATRIX = 0.002;
const SAME_VALUE = 0.75 / 255;

/**
 * `sRGB`: pixels are right as they are. `tables`: littlecms has to convert. `unusable`: it cannot, and browsers ignore
 * the profile.
 */
export type IccReading = Conversion | 'sRGB' | 'tables' | 'unusable';

/** Reads profiles that are curves and a matrix, nearly all that photos have; a Buffer throws where one is cut off. */
export function readIcc(profile: Buffer, channels: 'RGB' | 'GRAY' | 'CMYK'): IccReading {
  try {
    return read(profile, channels);
  } catch {
    return 'unusable';
  }
}

type Tags = ReadonlyMap<string, Buffer>;

function read(profile: Buffer, channels: string): IccReading {
  const tags = readTags(profile);
  const space = readSignature(profile, 16).trim();
  if (readSignature(profile, 36) !== 'acsp') return 'unusable';
  if (space === 'GRAY' && channels !== 'CMYK') return channels === 'GRAY' ? readGrey(tags) : 'unusable';
  if (space !== (channels === 'GRAY' ? 'RGB' : channels)) return 'unusable';
  if (space === 'CMYK') return tags.has('A2B0') || tags.has('A2B1') ? 'tables' : 'unusable';
  return readCicpTag(tags) ?? readRgb(tags);
}

function readTags(profile: Buffer): Tags {
  const count = profile.readUInt32BE(HEADER);
  if (count > MAX_TAGS) throw new RangeError('too many tags');
  const tags = new Map<string, Buffer>();
  for (let at = HEADER + 4; at < HEADER + 4 + count * ENTRY; at += ENTRY) {
    const start = profile.readUInt32BE(at + 4);
    const end = start + profile.readUInt32BE(at + 8);
    if (end > profile.length) throw new RangeError('a tag ends after the profile');
    tags.set(readSignature(profile, at), profile.subarray(start, end));
  }
  return tags;
}

function readSignature(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4);
}

/**
 * ICC.1:2022, section 9.2.17: exact code points. The tables of the profile only approximate them, above all for HDR.
 */
function readCicpTag(tags: Tags): IccReading | undefined {
  const cicp = tags.get('cicp');
  if (!cicp) return undefined;
  return buildHeifConversion({ primaries: cicp[8], transfer: cicp[9] }) ?? 'sRGB';
}

function readRgb(tags: Tags): IccReading {
  if (tags.has('A2B0')) return 'tables';
  const [red, green, blue] = ['rXYZ', 'gXYZ', 'bXYZ'].map(tag => readXyz(tags.get(tag)));
  const [redCurve, greenCurve, blueCurve] = readCurves(tags, ['rTRC', 'gTRC', 'bTRC']);
  const toXyz: Matrix = [red[0], green[0], blue[0], red[1], green[1], blue[1], red[2], green[2], blue[2]];
  const matrix = multiply(fromXyzD50(SRGB_PRIMARIES), toXyz);
  return simplify({ curves: [redCurve, greenCurve, blueCurve], matrix });
}

/** The matrix is left out: a curve of grey gives the luminance of the white that all profiles share. */
function readGrey(tags: Tags): IccReading {
  if (tags.has('A2B0')) return 'tables';
  const [curve] = readCurves(tags, ['kTRC']);
  return simplify({ curves: [curve, curve, curve], matrix: IDENTITY });
}

function simplify(conversion: Conversion): IccReading {
  const { curves, matrix } = conversion;
  if (![...matrix].every(value => Number.isFinite(value))) return 'unusable';
  const isSame = matrix.every((value, i) => Math.abs(value - IDENTITY[i]) <= SAME_MATRIX);
  return isSame && curves.every(isSrgb) ? 'sRGB' : conversion;
}

function isSrgb(curve: Curve): boolean {
  return Array.from({ length: 256 }, (_, i) => i / 255).every(
    value => Math.abs(encodeSrgb(curve(value)) - value) <= SAME_VALUE,
  );
}

function readXyz(tag: Buffer | undefined): readonly number[] {
  if (!tag || readSignature(tag, 0) !== 'XYZ ') throw new RangeError('no colorant');
  return [8, 12, 16].map(at => readFixed(tag, at));
}

/** `s15Fixed16Number`. */
function readFixed(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) / 2 ** 16;
}

/** The three curves of a profile are most often one and the same tag. */
function readCurves(tags: Tags, names: readonly string[]): Curve[] {
  const known = new Map<string, Curve>();
  return names.map(tag => {
    const bytes = tags.get(tag);
    if (!bytes) throw new RangeError('no curve');
    const key = bytes.toString('latin1');
    const curve = known.get(key) ?? readCurve(bytes);
    known.set(key, curve);
    return curve;
  });
}

function readCurve(tag: Buffer): Curve {
  switch (readSignature(tag, 0)) {
    case 'curv': return readTable(tag);
    case 'para': return readParameters(tag);
    default: throw new RangeError('no such curve');
  }
}

/** Section 10.6: nothing for the identity, one gamma, or points of equal distance. */
function readTable(tag: Buffer): Curve {
  const count = tag.readUInt32BE(8);
  if (count > MAX_ENTRIES) throw new RangeError('too many points');
  if (count === 0) return value => value;
  if (count === 1) return createGammaCurve(tag.readUInt16BE(12) / 2 ** 8);
  const points = Float64Array.from({ length: count }, (_, i) => tag.readUInt16BE(12 + 2 * i) / (2 ** 16 - 1));
  return value => {
    const at = value * (count - 1);
    const low = Math.min(Math.floor(at), count - 2);
    return points[low] + (at - low) * (points[low + 1] - points[low]);
  };
}

/** Section 10.18, table 68: how many parameters each type has, of g, a, b, c, d, e and f. */
const PARAMETERS = [1, 3, 4, 5, 7];

function readParameters(tag: Buffer): Curve {
  const type = tag.readUInt16BE(8);
  if (type >= PARAMETERS.length) throw new RangeError('no such function');
  const [g, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length: PARAMETERS[type] }, (_, i) => readFixed(tag, 12 + 4 * i),
  );
  const computePower = (value: number): number => Math.max(0, a * value + b) ** g;
  const clamp = (light: number): number => Math.min(1, Math.max(0, light));
  switch (type) {
    case 0: return createGammaCurve(g);
    case 1: return value => clamp(value >= -b / a ? computePower(value) : 0);
    case 2: return value => clamp(value >= -b / a ? computePower(value) + c : c);
    default: return value => clamp(value >= d ? computePower(value) + e : c * value + f);
  }
}
