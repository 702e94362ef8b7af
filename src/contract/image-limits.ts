/**
 * Limits of an image for its decoder. Pixels are counted before orientation, and in one frame unless the name says
 * otherwise.
 */
export interface ImageLimits {
  /** Pixels of a PNG, WebP or GIF. */
  readonly maxPixels: number;
  /**
   * Pixels of a JPEG. Its decoder shrinks while it reads. Only a progressive JPEG is held as a whole: 3 to 6 MB a
   * megapixel.
   */
  readonly maxJpegPixels: number;
  /** Pixels of an AVIF. Its decoder takes some 18 MB a megapixel, four times the memory of the others. */
  readonly maxAvifPixels: number;
  readonly maxHeicPixels: number;
  readonly maxSide: number;
  readonly maxFrames: number;
  /** Pixels of all frames together. */
  readonly maxAnimationPixels: number;
  /** Scans of a progressive JPEG: each is decoded over all pixels. */
  readonly maxScans: number;
  /** CPU time for one image. */
  readonly decodeSeconds: number;
  readonly decodeMemoryMiB: number;
}

export const IMAGE_LIMITS: ImageLimits = {
  maxPixels: 52_000_000,
  maxJpegPixels: 205_000_000,
  maxAvifPixels: 52_000_000,
  maxHeicPixels: 52_000_000,
  maxSide: 20_000,
  maxFrames: 500,
  maxAnimationPixels: 150_000_000,
  maxScans: 100,
  decodeSeconds: 10,
  decodeMemoryMiB: 1024,
};
