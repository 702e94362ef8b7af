import type { ImageType } from '../../src/contract';

/** What an image says of itself before anything is decoded, read by our own parsers. */
export interface Header {
  readonly type: ImageType;
  /** As stored, before orientation; of an animation the largest of canvas and frames. */
  readonly width: number;
  readonly height: number;
  /** 1 for a still. */
  readonly frames: number;
  /** Width × height, summed over all frames. */
  readonly pixels: number;
  /** Scans of a JPEG; 1 for all others. */
  readonly scans: number;
}
