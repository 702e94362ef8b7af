/** Output formats of variants. */
export const VARIANT_FORMATS = ['avif', 'webp', 'jpeg', 'png'] as const;
export type VariantFormat = typeof VARIANT_FORMATS[number];

export const VARIANT_EXTENSIONS: Record<VariantFormat, string> = {
  avif: 'avif',
  webp: 'webp',
  jpeg: 'jpg',
  png: 'png',
};

/**
 * Parts of an image that a crop keeps, other than the center: the part that draws attention, or the part with the
 * highest entropy.
 */
export const VARIANT_POSITIONS = ['attention', 'entropy'] as const;
export type VariantPosition = typeof VARIANT_POSITIONS[number];

/** One variant of the closed set. */
export interface VariantDefinition {
  readonly name: string;
  /** Box in pixels of the upright image. Images are never enlarged. */
  readonly width: number;
  readonly height: number;
  /**
   * `inside` keeps the whole image, within the box. `cover` fills the box and crops the rest; `position` chooses the
   * part that is kept.
   */
  readonly fit: 'inside' | 'cover';
  /** The part of the image that `cover` keeps; the center if absent. */
  readonly position?: VariantPosition;
  /** In order of preference. The worker makes the first if the generation is eager. Animations have no AVIF. */
  readonly formats: readonly VariantFormat[];
  /** Quality of the lossy formats, 1–100. Absent: the default of each format. */
  readonly quality?: number;
  readonly generation: 'eager' | 'on-demand';
  /** Whether an animation stays animated, as a WebP. Needs WebP or AVIF among the formats. */
  readonly animated: boolean;
  /** Whether the JPEG keeps the gain map of the original. */
  readonly hdr?: boolean;
}

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

/** Time of a worker besides decoding and transfer, in seconds. */
const OTHER_SECONDS = 10;
const BYTES_PER_SECOND = 5 * 1024 * 1024;

/** Seconds allowed for a transfer from or to storage, in addition to the time of any request. */
export function computeTransferSeconds(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_SECOND);
}

type DecodeTime = Pick<ImageLimits, 'decodeSeconds'>;

/**
 * Longest work on one image, in seconds: a decode that is killed, its second try alone, and the scan. It includes
 * reading the original, writing the variants and starting decoders. A worker with less time left takes no further
 * message of its batch.
 */
export function computeLongestImageSeconds(limits: DecodeTime, maxUploadBytes: number, scanSeconds: number): number {
  return 2 * limits.decodeSeconds + computeOtherSeconds(maxUploadBytes, scanSeconds);
}

/** Factor between the wall-clock limit of a decoder and its CPU limit, if the worker has the time. */
const MOST_WAITING = 3;

/**
 * Wall-clock limit of a decoder in seconds. Two decoders that hang one after the other end within the worker's time for
 * an image. The limit is above the CPU limit, because waiting for a CPU says nothing about the image.
 */
export function computeLongestDecodeSeconds(
  { decodeSeconds }: DecodeTime, maxUploadBytes: number, scanSeconds: number, workerSeconds: number,
): number {
  const left = workerSeconds - computeOtherSeconds(maxUploadBytes, scanSeconds);
  return Math.max(decodeSeconds, Math.min(MOST_WAITING * decodeSeconds, left / 2));
}

function computeOtherSeconds(maxUploadBytes: number, scanSeconds: number): number {
  return OTHER_SECONDS + computeTransferSeconds(maxUploadBytes) + scanSeconds;
}
