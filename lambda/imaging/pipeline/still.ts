import sharp, { type Sharp } from 'sharp';
import { buildCicpColours, readColours, type Colours } from './colour/source';
import { createCorruptError, rejectIfCorrupt } from './corrupt';
import type { Decoded } from './decoded';
import type { ImageJob, Size } from './job';
import { plan } from './plan';
import { Av1Decoder, type Picture, type Pixels } from '../av1/decoder';
import type { Header } from '../header';
import type { CodedImage } from '../heif/coded-image';
import { computeView } from '../heif/transforms';

/** libvips leaves a factor of two to the resize, too. */
const RESIZED = 2;

/**
 * Decodes an AVIF still without libheif. Only pixels that a variant needs become RGB: the planes are most of the memory
 * that a large image takes.
 */
export async function decodeStill(job: ImageJob, image: CodedImage): Promise<Decoded> {
  return rejectIfCorrupt(read(job, image));
}

async function read(job: ImageJob, { data, alpha: alphaData, ...image }: CodedImage): Promise<Decoded> {
  const { header } = job;
  const decoder = new Av1Decoder();
  const options = { ...image, maxPixels: header.width * header.height };
  const colour = decoder.open(options);
  decoder.decode(colour, data);
  const alpha = alphaData && decoder.open({ maxPixels: options.maxPixels });
  if (alpha !== undefined) decoder.decode(alpha, alphaData!);
  const picture = decoder.readPicture(colour);
  const view = computeView(image.transforms, picture);
  if (!view) throw createCorruptError();
  const size = view.right[0] === 0 ? { width: view.area.height, height: view.area.width } : view.area;
  const colours = readPictureColours(picture, { ...image, header });
  const isDeep = colours.space === 'rgb16';
  const pixels = decoder.render(colour, alpha, { ...image, isDeep, view, shrink: chooseShrink(job, size) });
  const openFirstFrame = (): Sharp => open(pixels, isDeep);
  return {
    width: size.width,
    height: size.height,
    animated: false,
    openFirstFrame,
    openFrames: openFirstFrame,
    colours,
  };
}

function chooseShrink(job: ImageJob, { width, height }: Size): number {
  const sizes = plan(job, { width, height, animated: false }).map(({ whole }) => whole);
  const factors = sizes.map(size => Math.min(width / size.width, height / size.height) / RESIZED);
  return Math.max(1, Math.floor(Math.min(...factors, Math.max(width, height))));
}

type Described = Pick<CodedImage, 'cicp' | 'peak' | 'icc'> & { readonly header: Header };

/** An ICC profile goes before code points, as in browsers. */
export function readPictureColours(
  { cicp, depth, isGrey }: Picture, { icc, header, peak, ...image }: Described,
): Colours {
  const isDeep = depth > 8;
  const ofCodePoints = buildCicpColours(image.cicp ?? cicp, isDeep ? { isDeep, white: 2 ** 16 - 1 } : undefined, peak);
  if (!icc) return ofCodePoints;
  const space = isGrey ? 'grey16' : 'srgb';
  return readColours(new Uint8Array(), header, {
    icc: Buffer.from(icc),
    space,
    depth: isDeep ? 'ushort' : 'uchar',
    bitsPerSample: isDeep ? 16 : 8,
  });
}

function open({ data, width, height, channels }: Pixels, isDeep: boolean): Sharp {
  const pixels = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return sharp(pixels, { raw: { width, height, channels } });
}
