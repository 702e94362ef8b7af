import type { Curve } from './curves';
import type { Matrix } from './matrix';

/** How the numbers of an image become linear sRGB. */
export interface Conversion {
  /** Of red, green and blue. */
  readonly curves: readonly [Curve, Curve, Curve];
  readonly matrix: Matrix;
  readonly toneMap?: ToneMap;
}

/** For light that can be brighter than white. It stands between two matrices. */
export interface ToneMap {
  /** The factor for a colour of the tone map's own primaries, which the conversion's matrix leads to. */
  readonly gain: (red: number, green: number, blue: number) => number;
  readonly toSrgb: Matrix;
}
