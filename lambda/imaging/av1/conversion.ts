import type { Cicp } from '../headers/cicp';

/** Bits of a sample, and whether it uses all its values. */
export interface Quantization {
  readonly depth: number;
  readonly fullRange: boolean;
}

const IDENTITY = 0;
const YCGCO = 8;
const DERIVED = 12;

const BT601: Weights = [0.299, 0.114];
const BT709: Weights = [0.2126, 0.0722];
const BT2020: Weights = [0.2627, 0.0593];

/** The weights of red and blue in luma. */
type Weights = readonly [red: number, blue: number];

/**
 * H.273, table 4. AVIF files without a matrix mean BT.601 (AVIF 1.1, section 2.2.1 with MIAF's default); browsers read
 * them so.
 */
const WEIGHTS = new Map<number, Weights>([
  [1, BT709], [4, [0.30, 0.11]], [5, BT601], [6, BT601], [7, [0.212, 0.087]], [9, BT2020], [10, BT2020],
]);

/** H.273, equations 32 to 37, for the primaries of BT.709, BT.2020 and Display P3. */
const WEIGHTS_BY_PRIMARIES = new Map<number, Weights>([[1, BT709], [9, BT2020], [12, [0.2290, 0.0793]]]);

/** The struct `Conversion` of av1.c: a matrix of nine numbers, then offset and scale of luma, chroma and alpha. */
export function buildConversion(
  cicp: Cicp, depth: number, alpha: Quantization = { depth: 8, fullRange: true },
): Float32Array {
  const colour = { depth, fullRange: cicp.fullRange };
  const chroma = cicp.matrix === IDENTITY ? computeLumaScale(colour) : computeChromaScale(colour);
  return new Float32Array([...buildMatrix(cicp), ...computeLumaScale(colour), ...chroma, ...computeLumaScale(alpha)]);
}

/** From Y, Cb and Cr to R, G and B. With the identity the planes are G, B and R. */
function buildMatrix({ matrix, primaries }: Cicp): number[] {
  if (matrix === IDENTITY) return [0, 0, 1, 1, 0, 0, 0, 1, 0];
  if (matrix === YCGCO) return [1, -1, 1, 1, 1, 0, 1, -1, -1];
  const derived = matrix === DERIVED ? WEIGHTS_BY_PRIMARIES.get(primaries) : undefined;
  const [red, blue] = derived ?? WEIGHTS.get(matrix) ?? BT601;
  const green = 1 - red - blue;
  const [toRed, toBlue] = [2 * (1 - red), 2 * (1 - blue)];
  return [1, 0, toRed, 1, -toBlue * blue / green, -toRed * red / green, 1, toBlue, 0];
}

/** H.273, section 8.3: luma of 8 bits has 16 to 235 in the limited range. */
function computeLumaScale({ depth, fullRange }: Quantization): [offset: number, scale: number] {
  const unit = 2 ** (depth - 8);
  return fullRange ? [0, 1 / (2 ** depth - 1)] : [16 * unit, 1 / (219 * unit)];
}

function computeChromaScale({ depth, fullRange }: Quantization): [offset: number, scale: number] {
  const unit = 2 ** (depth - 8);
  return [128 * unit, fullRange ? 1 / (2 ** depth - 1) : 1 / (224 * unit)];
}
