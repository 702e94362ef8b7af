import type { WebpOptions } from 'sharp';
import { rejectIfCorrupt } from './corrupt';
import { type Corner, cropCorner } from './crop';
import type { Animation, Decoded, FrameRange } from './decoded';
import { toWebpDelays } from './delays';
import { isSmall, isTiny } from './encoders';
import type { PlannedVariant } from './plan';
import { decodeScaled } from './resize';

type Planned = Pick<PlannedVariant, 'quality' | 'whole' | 'size' | 'position'>;

interface Encoding extends Planned {
  /** Of the part that is kept of each frame; the center if absent. */
  readonly corner?: Corner;
}

/** A way to encode frames. */
interface Way {
  readonly options: WebpOptions;
  /**
   * Drops pixels instead of mixing them: no new colours, and areas that stay equal between frames stay equal when
   * shrunk.
   */
  readonly isNearest?: boolean;
}

interface Try {
  readonly way: Way;
  /** Of all frames. */
  readonly bytes: number;
  readonly whole?: Buffer;
}

/** Up to so many pixels, each way is tried on all frames, in 0.1 s. Above, on some of them. */
const FEW_PIXELS = 500_000;
/** Up to so many, ways that take twice the CPU time for a tenth of the bytes are worth it. */
const SHORT_PIXELS = 3_000_000;
const SAMPLED_FRAMES = 8;
/**
 * A decoder begins at the first frame: a sample from the middle of a long animation would cost as much as half of it.
 */
const PIXELS_BEFORE_SAMPLE = 8_000_000;

/** Up to so many pixels, a second encoding costs 2 s at most. */
const MOST_PIXELS_TWICE = 15_000_000;

/**
 * Above so many pixels, the least effort saves a third of the CPU time for a tenth more bytes. Without loss it can take
 * half the time or bytes, or twice the bytes.
 */
const MANY_PIXELS = 40_000_000;

const LOSSLESS: Way = { options: { lossless: true, effort: 2, quality: 75 } };
const SMALLEST_LOSSLESS: Way = { options: { ...LOSSLESS.options, minSize: true } };
const FAST_LOSSLESS: readonly Way[] = [
  { options: { lossless: true, effort: 0 } }, { options: { lossless: true, effort: 1, quality: 1 } },
];

/** For an original that has lost more than we would. */
const LOWER_QUALITIES = [60, 40, 25];

/**
 * Encodes straight from the file: the raw frames of an animation can exceed the memory limit. Takes the first way that
 * needs no more bytes than the original, or else the one that needs the fewest.
 */
export async function encodeAnimation(image: Decoded, planned: Planned): Promise<Buffer> {
  const { animation } = image;
  const encoding = { ...planned, corner: await findCorner(image, planned) };
  const [first, ...others] = listWays(image, encoding);
  if (!animation || others.length === 0) return encodeFrames(image, encoding, first);
  const tries: Try[] = [];
  for (const way of [first, ...others]) {
    const made = await tryWay(image, animation, encoding, way);
    if (made.bytes <= animation.bytes && !isExact(image, encoding)) {
      return made.whole ?? encodeFrames(image, encoding, way);
    }
    tries.push(made);
  }
  const [best, second] = tries.sort((a, b) => a.bytes - b.bytes);
  if (best.whole) return best.whole;
  const made = await encodeFrames(image, encoding, best.way);
  // The sample can mislead.
  if (made.length <= animation.bytes || countPixels(encoding, animation) > MOST_PIXELS_TWICE) return made;
  const other = await encodeFrames(image, encoding, second.way);
  return other.length < made.length ? other : made;
}

function countPixels({ size }: Encoding, { frames }: Animation): number {
  return frames * size.width * size.height;
}

/** By the first frame, so that no frame jumps. */
async function findCorner(image: Decoded, { whole, size, position }: Planned): Promise<Corner | undefined> {
  return position && cropCorner(await decodeScaled(image, whole), size, position);
}

/**
 * Whether the encoded pixels can be those of the original, so that a way without loss may take fewer bytes than any
 * other.
 */
function isExact({ animation, width, height }: Decoded, { whole }: Encoding): boolean {
  return animation!.hasPalette && width === whole.width && height === whole.height;
}

/** In order of how they look. */
function listWays(image: Decoded, encoding: Encoding): Way[] {
  const { animation } = image;
  const { quality, size } = encoding;
  const pixels = animation ? countPixels(encoding, animation) : 0;
  const isLong = pixels > MANY_PIXELS;
  const isShort = pixels <= SHORT_PIXELS;
  const smartSubsample = isSmall(size);
  const createLossyWay = (lossyQuality: number, effort = 2): Way => (
    { options: { quality: lossyQuality, effort: isLong ? 0 : effort, smartSubsample } });
  const [lossless, ...faster] = isLong ? FAST_LOSSLESS : [isShort ? SMALLEST_LOSSLESS : LOSSLESS];
  const usual = createLossyWay(quality ?? 81);
  if (animation?.hasPalette) {
    if (isExact(image, encoding)) return [lossless, ...faster, usual];
    return [isTiny(size) ? lossless : usual, { ...lossless, isNearest: true }];
  }
  if (isTiny(size)) return [lossless, usual];
  return [usual, ...quality === undefined ? LOWER_QUALITIES.map(lower => createLossyWay(lower, isShort ? 4 : 2)) : []];
}

async function tryWay(image: Decoded, animation: Animation, encoding: Encoding, way: Way): Promise<Try> {
  const { frames } = animation;
  if (countPixels(encoding, animation) <= FEW_PIXELS || frames <= SAMPLED_FRAMES) {
    const whole = await encodeFrames(image, encoding, way);
    return { way, whole, bytes: whole.length };
  }
  const from = Math.min(
    Math.floor(frames / 2), frames - SAMPLED_FRAMES, Math.floor(PIXELS_BEFORE_SAMPLE / (image.width * image.height)),
  );
  const [first, ...others] = readFrameLengths(
    await encodeFrames(image, encoding, way, { from, count: SAMPLED_FRAMES }),
  );
  const rest = others.reduce((sum, length) => sum + length, 0) / (SAMPLED_FRAMES - 1);
  return { way, bytes: first + rest * (frames - 1) };
}

async function encodeFrames(
  image: Decoded, { whole, size, corner }: Encoding, { options, isNearest }: Way, range?: FrameRange,
): Promise<Buffer> {
  const cut = whole.width !== size.width || whole.height !== size.height;
  const kernel = isNearest ? 'nearest' : 'lanczos3';
  const frames = corner
    ? image.openFrames(range).resize(whole.width, whole.height, { fit: 'fill', kernel }).extract({ ...corner, ...size })
    : image.openFrames(range).resize(size.width, size.height, { fit: cut ? 'cover' : 'fill', kernel });
  const delays = range === undefined && image.animation?.delays;
  return rejectIfCorrupt(frames.webp({ ...options, ...delays && { delay: toWebpDelays(delays) } }).toBuffer());
}

/** Bytes of each `ANMF` chunk of an animation that we have made, RFC 9649, section 2.7. */
function readFrameLengths(webp: Buffer): number[] {
  const lengths: number[] = [];
  for (let at = 12; at + 8 <= webp.length; at += 8 + webp.readUInt32LE(at + 4) + webp.readUInt32LE(at + 4) % 2) {
    if (webp.toString('latin1', at, at + 4) === 'ANMF') lengths.push(webp.readUInt32LE(at + 4) + 8);
  }
  return lengths.length > 0 ? lengths : [webp.length];
}
