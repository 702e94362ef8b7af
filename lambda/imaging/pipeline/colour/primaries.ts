import { apply, createDiagonal, invert, multiply, type Matrix, type Vector } from './matrix';

/** Chromaticities, x and y each, of red, green, blue and white. */
export type Primaries = readonly [number, number, number, number, number, number, number, number];

const D65 = [0.3127, 0.329] as const;
const C = [0.31, 0.316] as const;

export const SRGB_PRIMARIES: Primaries = [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, ...D65];
export const BT2020_PRIMARIES: Primaries = [0.708, 0.292, 0.17, 0.797, 0.131, 0.046, ...D65];

/** ITU-T H.273, table 2. */
export const CICP_PRIMARIES: ReadonlyMap<number, Primaries> = new Map<number, Primaries>([
  [1, SRGB_PRIMARIES],
  [4, [0.67, 0.33, 0.21, 0.71, 0.14, 0.08, ...C]],
  [5, [0.64, 0.33, 0.29, 0.6, 0.15, 0.06, ...D65]],
  [6, [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, ...D65]],
  [7, [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, ...D65]],
  [8, [0.681, 0.319, 0.243, 0.692, 0.145, 0.049, ...C]],
  [9, BT2020_PRIMARIES],
  [10, [1, 0, 0, 1, 0, 0, 1 / 3, 1 / 3]],
  [11, [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351]],
  [12, [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, ...D65]],
  [22, [0.63, 0.34, 0.295, 0.605, 0.155, 0.077, ...D65]],
]);

/** The white that ICC profiles connect through, ICC.1:2022, section 7.2.16. */
const D50: Vector = [0.9642, 1, 0.8249];
/** Bradford's cones, ICC.1:2022, annex E.3. */
const CONES: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

/** Linear RGB of these primaries as XYZ under D50. */
export function toXyzD50([rx, ry, gx, gy, bx, by, wx, wy]: Primaries): Matrix {
  const computeXyz = (x: number, y: number): Vector => [x / y, 1, (1 - x - y) / y];
  const white = computeXyz(wx, wy);
  // From chromaticities, not from XYZ, since y of a primary can be 0.
  const columns: Matrix = [rx, gx, bx, ry, gy, by, 1 - rx - ry, 1 - gx - gy, 1 - bx - by];
  return multiply(computeAdaptation(white), multiply(columns, createDiagonal(apply(invert(columns), white))));
}

function computeAdaptation(white: Vector): Matrix {
  const [from, to] = [apply(CONES, white), apply(CONES, D50)];
  return multiply(invert(CONES), multiply(createDiagonal([to[0] / from[0], to[1] / from[1], to[2] / from[2]]), CONES));
}

/** From XYZ under D50 to linear RGB of these primaries. */
export function fromXyzD50(primaries: Primaries): Matrix {
  return invert(toXyzD50(primaries));
}
