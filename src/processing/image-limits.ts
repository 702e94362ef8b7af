import { Duration, Size } from 'aws-cdk-lib';
import { IMAGE_LIMITS, type ImageLimits as Limits } from '../contract';
import { checkDuration, checkKnown, checkSize, checkWholeNumber, fromOptions, refuse } from '../private/validate';

/** What an image may ask of a decoder. One that asks for more is rejected from its header, before anything is decoded. */
export interface ImageLimitsOptions {
  /**
   * Pixels of a PNG, a WebP or a GIF, of one frame.
   * @default 52000000
   */
  readonly maxPixels?: number;

  /**
   * Pixels of a JPEG, which a decoder shrinks while it reads it. Phones take up to 200 megapixels.
   * @default 205000000
   */
  readonly maxJpegPixels?: number;

  /**
   * Pixels of an AVIF, whose decoder takes four times the memory of the others.
   * @default 52000000
   */
  readonly maxAvifPixels?: number;

  /**
   * Pixels of a HEIC.
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
   * Scans of a progressive JPEG: each is decoded over all pixels.
   * @default 100
   */
  readonly maxScans?: number;

  /**
   * How long a decoder has for one image before it is killed. From 1 second to 5 minutes, in whole seconds.
   * @default Duration.seconds(10)
   */
  readonly decodeTime?: Duration;

  /**
   * Memory that a decoder may take before it is killed. It must hold the pixels that are allowed. From 256 to 8192 MiB.
   * @default Size.mebibytes(1024)
   */
  readonly decodeMemory?: Size;
}

/**
 * A decoded pixel is red, green, blue and alpha. AVIF's decoder was measured to keep some 18 bytes for each. A progressive JPEG is kept as coefficients
 * of 2 bytes: one for each pixel, and as many for both colours where they have half the resolution.
 */
const BYTES_PER_PIXEL = { maxPixels: 4, maxJpegPixels: 3, maxHeicPixels: 4, maxAnimationPixels: 4, maxAvifPixels: 18 } as const;

/** What an image may ask of a decoder. */
export class ImageLimits {
  /**
   * Limits of images.
   * @throws where an option is out of its range, or the decoder's memory cannot hold the pixels that are allowed
   */
  public static of(options: ImageLimitsOptions = {}): ImageLimits {
    return fromOptions('processing.imageLimits', 'ImageLimits', options, OPTIONS, () => new ImageLimits(options));
  }

  /** How long a decoder has for one image before it is killed. */
  public readonly decodeTime: Duration;
  /** Memory that a decoder may take before it is killed. */
  public readonly decodeMemory: Size;
  /**
   * As the worker reads them.
   * @internal
   */
  public readonly _limits: Limits;

  private constructor(options: ImageLimitsOptions) {
    const { decodeTime, decodeMemory, ...counts } = options;
    checkCounts(counts);
    checkKnown('decodeTime', decodeTime);
    checkKnown('decodeMemory', decodeMemory);
    checkDuration('decodeTime', decodeTime, { min: Duration.seconds(1), max: Duration.minutes(5), unit: 'seconds', fix: 'phones\' photos take about a second' });
    checkSize('decodeMemory', decodeMemory, {
      min: Size.mebibytes(256), max: Size.mebibytes(8192), unit: 'mebibytes', fix: 'a decoder that does nothing takes 100 MiB, and a function has 10240 MiB at most',
    });
    this.decodeTime = decodeTime ?? Duration.seconds(IMAGE_LIMITS.decodeSeconds);
    this.decodeMemory = decodeMemory ?? Size.mebibytes(IMAGE_LIMITS.decodeMemoryMiB);
    this._limits = {
      ...IMAGE_LIMITS,
      ...given(counts),
      decodeSeconds: this.decodeTime.toSeconds(),
      decodeMemoryMiB: this.decodeMemory.toMebibytes(),
    };
    checkPixelsFit(this._limits);
  }
}

function given(counts: object): object {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}

const PIXELS = ['maxPixels', 'maxJpegPixels', 'maxAvifPixels', 'maxHeicPixels', 'maxAnimationPixels'] as const;
const OPTIONS: readonly string[] = [...PIXELS, 'maxSide', 'maxFrames', 'maxScans', 'decodeTime', 'decodeMemory'] satisfies (keyof ImageLimitsOptions)[];

function checkCounts({ maxSide, maxFrames, maxScans, ...pixels }: ImageLimitsOptions): void {
  for (const option of PIXELS) checkWholeNumber(option, pixels[option], { min: 1, fix: 'it is a number of pixels' });
  checkWholeNumber('maxSide', maxSide, { min: 1, max: 65_535, fix: 'no format but PNG has longer sides' });
  checkWholeNumber('maxFrames', maxFrames, { min: 1, fix: '1 refuses animations' });
  checkWholeNumber('maxScans', maxScans, { min: 1, fix: 'each scan of a progressive JPEG is decoded over all its pixels' });
}

/** A decoder would be killed over an image that is allowed. */
function checkPixelsFit(limits: Limits): void {
  for (const [option, bytes] of Object.entries(BYTES_PER_PIXEL)) {
    const pixels = limits[option as keyof typeof BYTES_PER_PIXEL];
    const mebibytes = Math.ceil(pixels * bytes / 1024 / 1024);
    if (mebibytes <= limits.decodeMemoryMiB) continue;
    refuse('decodeMemory', `must hold '${option}' (${pixels} pixels of ${bytes} bytes, ${mebibytes} MiB)`, `${limits.decodeMemoryMiB} MiB`, `raise decodeMemory or lower ${option}`);
  }
}
