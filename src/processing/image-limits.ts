import { Duration, Size } from 'aws-cdk-lib';
import { IMAGE_LIMITS, type ImageLimits as Limits } from '../contract';
import {
  checkDuration, checkKnown, checkSize, checkWholeNumber, makeFromOptions, throwOptionError,
} from '../private/validate';

/**
 * Limits of an image. The service reads the header first, and rejects an image over a limit before it decodes anything.
 */
export interface ImageLimitsOptions {
  /**
   * Pixels of a PNG, WebP or GIF, in one frame.
   * @default 52000000
   */
  readonly maxPixels?: number;

  /**
   * Pixels of a JPEG. Its limit is higher because the decoder shrinks a JPEG while it reads. Phones take up to 200
   * megapixels.
   * @default 205000000
   */
  readonly maxJpegPixels?: number;

  /**
   * Pixels of an AVIF. Its decoder takes four times the memory of the others.
   * @default 52000000
   */
  readonly maxAvifPixels?: number;

  /**
   * Pixels of a HEIC or HEIF.
   * @default 52000000
   */
  readonly maxHeicPixels?: number;

  /**
   * The longer side in pixels.
   * @default 20000
   */
  readonly maxSide?: number;

  /**
   * Frames of an animation.
   * @default 500
   */
  readonly maxFrames?: number;

  /**
   * Pixels of all frames of an animation together.
   * @default 150000000
   */
  readonly maxAnimationPixels?: number;

  /**
   * Scans of a progressive JPEG. Each scan is a pass over all pixels.
   * @default 100
   */
  readonly maxScans?: number;

  /**
   * CPU time of a decoder for one image. A decoder that takes longer is killed, and the image is rejected. From 1
   * second to 5 minutes, in whole seconds.
   * @default Duration.seconds(10)
   */
  readonly decodeTime?: Duration;

  /**
   * Memory of a decoder. A decoder that takes more is killed, and the image is rejected. It must hold the pixels that
   * the other limits allow. From 256 to 8192 MiB.
   * @default Size.mebibytes(1024)
   */
  readonly decodeMemory?: Size;
}

/**
 * A decoded pixel is red, green, blue and alpha. AVIF's decoder was measured to keep some 18 bytes for each. A
 * progressive JPEG is kept as coefficients of 2 bytes: one for each pixel, and as many for both colours where they have
 * half the resolution.
 */
const BYTES_PER_PIXEL = {
  maxPixels: 4,
  maxJpegPixels: 3,
  maxHeicPixels: 4,
  maxAnimationPixels: 4,
  maxAvifPixels: 18,
} as const;

/** Limits of an image: pixels, frames, scans, and the time and memory of its decoder. */
export class ImageLimits {
  /**
   * Sets limits; options that are left out keep their defaults.
   * @throws if an option is out of its range, or `decodeMemory` cannot hold the pixels that the limits allow
   */
  public static of(options: ImageLimitsOptions = {}): ImageLimits {
    return makeFromOptions('processing.imageLimits', 'ImageLimits', options, OPTIONS, () => new ImageLimits(options));
  }

  /** CPU time of a decoder for one image. */
  public readonly decodeTime: Duration;
  /** Memory of a decoder. */
  public readonly decodeMemory: Size;
  /**
   * In the form that the worker reads.
   * @internal
   */
  public readonly _limits: Limits;

  private constructor(options: ImageLimitsOptions) {
    const { decodeTime, decodeMemory, ...counts } = options;
    checkCounts(counts);
    checkKnown('decodeTime', decodeTime);
    checkKnown('decodeMemory', decodeMemory);
    checkDuration('decodeTime', decodeTime, {
      min: Duration.seconds(1),
      max: Duration.minutes(5),
      unit: 'seconds',
      fix: 'a photo of a phone takes about a second',
    });
    checkSize('decodeMemory', decodeMemory, {
      min: Size.mebibytes(256),
      max: Size.mebibytes(8192),
      unit: 'mebibytes',
      fix: 'an idle decoder takes 100 MiB, and a Lambda function has at most 10240 MiB',
    });
    this.decodeTime = decodeTime ?? Duration.seconds(IMAGE_LIMITS.decodeSeconds);
    this.decodeMemory = decodeMemory ?? Size.mebibytes(IMAGE_LIMITS.decodeMemoryMiB);
    this._limits = {
      ...IMAGE_LIMITS,
      ...dropUndefined(counts),
      decodeSeconds: this.decodeTime.toSeconds(),
      decodeMemoryMiB: this.decodeMemory.toMebibytes(),
    };
    checkPixelsFit(this._limits);
  }
}

function dropUndefined(counts: object): object {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}

const PIXELS = ['maxPixels', 'maxJpegPixels', 'maxAvifPixels', 'maxHeicPixels', 'maxAnimationPixels'] as const;
const OPTIONS: readonly string[] = [
  ...PIXELS, 'maxSide', 'maxFrames', 'maxScans', 'decodeTime', 'decodeMemory',
] satisfies (keyof ImageLimitsOptions)[];

function checkCounts({ maxSide, maxFrames, maxScans, ...pixels }: ImageLimitsOptions): void {
  for (const option of PIXELS) {
    checkWholeNumber(option, pixels[option], { min: 1, fix: 'give the number of pixels, like 52_000_000' });
  }
  checkWholeNumber('maxSide', maxSide, { min: 1, max: 65_535, fix: 'only PNG allows longer sides' });
  checkWholeNumber('maxFrames', maxFrames, { min: 1, fix: '1 rejects all animations' });
  checkWholeNumber('maxScans', maxScans, {
    min: 1,
    fix: 'each scan of a progressive JPEG is decoded over all its pixels',
  });
}

/** Otherwise a decoder would be killed over an image within the limits. */
function checkPixelsFit(limits: Limits): void {
  for (const [option, bytes] of Object.entries(BYTES_PER_PIXEL)) {
    const pixels = limits[option as keyof typeof BYTES_PER_PIXEL];
    const mebibytes = Math.ceil(pixels * bytes / 1024 / 1024);
    if (mebibytes <= limits.decodeMemoryMiB) continue;
    throwOptionError(
      'decodeMemory',
      `must be large enough for '${option}' (${pixels} pixels of ${bytes} bytes, ${mebibytes} MiB)`,
      `${limits.decodeMemoryMiB} MiB`,
      `raise decodeMemory or lower ${option}`,
    );
  }
}
