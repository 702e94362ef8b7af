import sharp, { type Sharp } from 'sharp';
import { SRGB } from './colour/source';
import { createCorruptError, rejectIfCorrupt } from './corrupt';
import type { Decoded, FrameRange } from './decoded';
import { toWebpDelays } from './delays';
import type { ImageJob, Size } from './job';
import { plan } from './plan';
import { readPictureColours } from './still';
import { Av1Decoder, type Pixels } from '../av1/decoder';
import type { Header } from '../header';
import { Bytes } from '../headers/bytes';
import type { Cicp } from '../headers/cicp';
import { readIccProfile, readNclx } from '../headers/heif-colour';
import type { Track } from '../headers/heif-tracks';
import { listEntryBoxes, readSamples, readTiming, type Timing } from '../heif/samples';
import { readTransform, computeView, type Transform } from '../heif/transforms';

export interface SequenceTracks {
  readonly colour: Track;
  readonly alpha?: Track;
}

/**
 * An AVIF sequence: libvips reads items alone. Each frame is decoded once, and kept as large as the largest animated
 * variant.
 */
export async function decodeSequence(job: ImageJob, { colour, alpha }: SequenceTracks): Promise<Decoded> {
  const { header } = job;
  const bytes = new Bytes(job.bytes, 'AVIF');
  const samples = readSamples(bytes, colour);
  const alphaSamples = alpha && readSamples(bytes, alpha);
  if (
    samples.length === 0 || samples.length > header.frames
    || (alphaSamples && alphaSamples.length !== samples.length)
  ) {
    throw createCorruptError();
  }
  const properties = listEntryBoxes(bytes, colour);
  const frames = await rejectIfCorrupt(decodeFrames({
    samples,
    alphaSamples,
    maxPixels: header.width * header.height,
    cicp: readNclx(bytes, properties),
    icc: readIccProfile(bytes, properties),
    header,
    isPremultiplied: alpha !== undefined && colour.premultipliedBy.includes(alpha.id),
    transforms: properties.flatMap(property => readTransform(bytes, property) ?? []),
    keptSize: size => chooseKeptSize(job, size),
  }));
  return buildDecoded(frames, readTiming(bytes, colour, samples.length));
}

/** Undefined where some variant needs all pixels. */
function chooseKeptSize(job: ImageJob, image: Size): Size | undefined {
  const widths = plan(job, { ...image, animated: true }).filter(({ animated }) => animated).map(({ whole }) => whole);
  const largest = widths.sort((a, b) => b.width - a.width)[0];
  return largest && largest.width * largest.height <= image.width * image.height / 2 ? largest : undefined;
}

interface Coded {
  readonly samples: readonly Uint8Array[];
  readonly alphaSamples?: readonly Uint8Array[];
  readonly maxPixels: number;
  readonly cicp?: Cicp;
  readonly icc?: Uint8Array;
  readonly header: Header;
  readonly isPremultiplied: boolean;
  readonly transforms: readonly Transform[];
  /** The size that frames are kept in, by their own. */
  readonly keptSize?: (size: Size) => Size | undefined;
}

interface Frames {
  readonly first: Pixels;
  /** All of one size, one above the other. */
  readonly kept: Pixels;
  readonly count: number;
}

async function decodeFrames({ samples, alphaSamples, keptSize: keptSizeOf, ...options }: Coded): Promise<Frames> {
  const decoder = new Av1Decoder();
  const colour = decoder.open(options);
  const alpha = alphaSamples && decoder.open({ maxPixels: options.maxPixels });
  let first: Pixels | undefined;
  let kept: Pixels | undefined;
  for (const [i, sample] of samples.entries()) {
    decoder.decode(colour, sample);
    if (alpha !== undefined) decoder.decode(alpha, alphaSamples![i]);
    const frame = await renderSrgb(decoder, { colour, alpha }, options);
    first ??= { ...frame, data: Buffer.from(frame.data) };
    if (!isAlike(frame, first)) throw createCorruptError();
    const smaller = await shrink(frame, keptSizeOf?.(frame));
    kept ??= { ...smaller, data: Buffer.allocUnsafeSlow(smaller.data.length * samples.length) };
    smaller.data.copy(kept.data, smaller.data.length * i);
  }
  return { first: first!, kept: kept!, count: samples.length };
}

/**
 * In AV1 the size can change. A smaller frame would leave a part of the buffer of all frames unwritten, with bytes of
 * earlier images in it.
 */
function isAlike(frame: Pixels, first: Pixels): boolean {
  return frame.width === first.width && frame.height === first.height && frame.data.length === first.data.length;
}

interface Streams {
  readonly colour: number;
  readonly alpha?: number;
}

/** Colours that need a conversion are rendered with all their bits. */
async function renderSrgb(
  decoder: Av1Decoder, { colour, alpha }: Streams, { transforms, ...options }: Omit<Coded, 'samples' | 'alphaSamples'>,
): Promise<Pixels> {
  const picture = decoder.readPicture(colour);
  const view = computeView(transforms, picture);
  if (!view) throw createCorruptError();
  const colours = readPictureColours(picture, options);
  const pixels = decoder.render(colour, alpha, { ...options, view, isDeep: colours.space === 'rgb16' });
  return await colours.toSrgb?.(pixels) ?? pixels;
}

async function shrink(frame: Pixels, size: Size | undefined): Promise<Pixels> {
  if (!size) return frame;
  return {
    ...frame,
    ...size,
    data: await open(frame).resize(size.width, size.height, { fit: 'fill' }).raw().toBuffer(),
  };
}

function open({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

function buildDecoded({ first, kept, count: frames }: Frames, { delays, plays }: Timing): Decoded {
  const { data, width, height, channels } = kept;
  const size = data.length / frames;
  const openFrames = ({ from = 0, count = frames - from }: FrameRange = {}): Sharp => {
    const raw = { width, height: height * count, channels, pageHeight: height };
    const part = data.subarray(from * size, (from + count) * size);
    return sharp(part, { raw, animated: true }).webp({
      delay: toWebpDelays(delays.slice(from, from + count)),
      loop: plays,
    });
  };
  // WebP takes several times the bytes of AV1: with a limit to those of the original hardly any quality would be left.
  const animation = { bytes: Infinity, frames, delays, hasPalette: false };
  return {
    width: first.width,
    height: first.height,
    animated: frames > 1,
    openFirstFrame: () => open(first),
    openFrames,
    animation,
    colours: SRGB,
  };
}
