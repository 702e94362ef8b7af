/** What variants can be made in. */
export const VARIANT_FORMATS = ['avif', 'webp', 'jpeg', 'png'] as const;
export type VariantFormat = typeof VARIANT_FORMATS[number];

export const VARIANT_EXTENSIONS: Record<VariantFormat, string> = { avif: 'avif', webp: 'webp', jpeg: 'jpg', png: 'png' };

/** Where something is cut off other than evenly: the part of the image that draws attention, or that has the most entropy, is kept. */
export const VARIANT_POSITIONS = ['attention', 'entropy'] as const;
export type VariantPosition = typeof VARIANT_POSITIONS[number];

/** One named rendition of every image, of a closed set. */
export interface VariantDefinition {
  readonly name: string;
  /** The box, in pixels of the upright image. Nothing is enlarged. */
  readonly width: number;
  readonly height: number;
  /** `inside`: the whole image, within the box. `cover`: the box filled, what is over cut off. */
  readonly fit: 'inside' | 'cover';
  /** The part of the image that `cover` keeps; the center if absent. */
  readonly position?: VariantPosition;
  /** In order of preference: the first is made at upload where the generation is eager. An animation has no AVIF. */
  readonly formats: readonly VariantFormat[];
  /** 1–100, for every format; without it each format has its own. */
  readonly quality?: number;
  readonly generation: 'eager' | 'on-demand';
  /** Whether an animation stays one, in WebP, where WebP or AVIF is among the formats. */
  readonly animated: boolean;
  /** Whether the JPEG of an original with a gain map has one, too. */
  readonly hdr?: boolean;
}

/** What an image may ask of a decoder. Pixels are counted before orientation, over one frame unless the name says otherwise. */
export interface ImageLimits {
  /** Of PNG, WebP and GIF. */
  readonly maxPixels: number;
  /** A decoder shrinks a JPEG while it reads it, and holds all of it only if it is progressive: 3 to 6 MB a megapixel. */
  readonly maxJpegPixels: number;
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

/** What a worker's time goes into besides decoding: seconds. */
const OTHER_SECONDS = 10;
const BYTES_PER_SECOND = 5 * 1024 * 1024;

/** How long so many bytes may be under way to or from storage, beside what every request may take. */
export function computeTransferSeconds(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_SECOND);
}

type DecodeTime = Pick<ImageLimits, 'decodeSeconds'>;

/**
 * The longest that one image can work, in seconds: a decode that is killed and its second try alone, reading the original, writing the
 * variants and starting decoders, and the scan. A worker with less time left takes no further message of its batch.
 */
export function computeLongestImageSeconds(limits: DecodeTime, maxUploadBytes: number, scanSeconds: number): number {
  return 2 * limits.decodeSeconds + computeOtherSeconds(maxUploadBytes, scanSeconds);
}

/** So many times as long as a decoder may work it may wait for a processor, where the worker has the time. */
const MOST_WAITING = 3;

/**
 * How long a decoder may take by the clock, working or not, in seconds: two that hang, one after the other, end within the time of a worker
 * that has begun with their image. How long others keep a decoder from a processor says nothing of an image, so it has more than it may work.
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
