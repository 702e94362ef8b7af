/** What variants can be made in. */
export const VARIANT_FORMATS = ['avif', 'webp', 'jpeg', 'png'] as const;
export type VariantFormat = typeof VARIANT_FORMATS[number];

export const VARIANT_EXTENSIONS: Record<VariantFormat, string> = { avif: 'avif', webp: 'webp', jpeg: 'jpg', png: 'png' };

/** One named rendition of every image, of a closed set. */
export interface VariantDefinition {
  readonly name: string;
  /** The box, in pixels of the upright image. Nothing is enlarged. */
  readonly width: number;
  readonly height: number;
  /** `inside`: the whole image, within the box. `cover`: the box filled, what is over cut off evenly. */
  readonly fit: 'inside' | 'cover';
  /** In order of preference: the first is made at upload where the generation is eager. An animation has no AVIF. */
  readonly formats: readonly VariantFormat[];
  /** 1–100, for every format; without it each format has its own. */
  readonly quality?: number;
  readonly generation: 'eager' | 'on-demand';
  /** Whether an animation stays one, in WebP. */
  readonly animated: boolean;
}

/** What an image may ask of a decoder. Pixels are counted before orientation, over one frame unless the name says otherwise. */
export interface ImageLimits {
  readonly maxPixels: number;
  /** AVIF decodes at some 18 MB a megapixel: four times the memory of the others. */
  readonly maxAvifPixels: number;
  readonly maxHeicPixels: number;
  readonly maxSide: number;
  readonly maxFrames: number;
  /** Over all frames. */
  readonly maxAnimationPixels: number;
  /** Of a progressive JPEG: each scan is decoded over all pixels. */
  readonly maxScans: number;
  /** On a processor, for one image. */
  readonly decodeSeconds: number;
  readonly decodeMemoryMiB: number;
}

export const IMAGE_LIMITS: ImageLimits = {
  maxPixels: 50_000_000,
  maxAvifPixels: 25_000_000,
  maxHeicPixels: 50_000_000,
  maxSide: 20_000,
  maxFrames: 500,
  maxAnimationPixels: 150_000_000,
  maxScans: 100,
  decodeSeconds: 10,
  decodeMemoryMiB: 1024,
};

/** What a worker's time goes into besides decoding: seconds. */
const OTHER_SECONDS = 10;
const BYTES_PER_SECOND = 5 * 1024 * 1024;

/**
 * The longest that one image can take, in seconds: a decode that is killed and its second try alone, reading the original, writing the
 * variants and starting decoders, and the scan. A worker with less time left takes no further message of its batch.
 */
export function longestImageSeconds(limits: Pick<ImageLimits, 'decodeSeconds'>, maxUploadBytes: number, scanSeconds: number): number {
  return 2 * limits.decodeSeconds + OTHER_SECONDS + Math.ceil(maxUploadBytes / BYTES_PER_SECOND) + scanSeconds;
}
