import type { Sharp } from 'sharp';
import type { Colours } from './colour/source';
import type { Size } from './job';

/** All frames unless it says otherwise. */
export interface FrameRange {
  readonly from?: number;
  readonly count?: number;
}

/** Facts of an animated original. Its frames can be read in parts. */
export interface Animation {
  readonly bytes: number;
  readonly frames: number;
  /** Milliseconds for each frame. */
  readonly delays?: readonly number[];
  /** Whether frames have few colours, as in a GIF. */
  readonly hasPalette: boolean;
}

/**
 * An image that can be read repeatedly: pixels stream from the file into the next step and are never held as a whole.
 */
export interface Decoded extends Size {
  readonly animated: boolean;
  readonly openFirstFrame: () => Sharp;
  readonly openFrames: (range?: FrameRange) => Sharp;
  readonly animation?: Animation;
  /** The file of a JPEG that may have a gain map. */
  readonly openWithGainMap?: () => Sharp;
  /** Of the first frame's pixels. */
  readonly colours: Colours;
}
