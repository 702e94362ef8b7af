import sharp, { type Sharp } from 'sharp';
import { applyAperture } from './clean-aperture';
import { BY_DECODER, readColours, type Colours } from './colour/source';
import { rejectIfCorrupt } from './corrupt';
import type { Decoded, FrameRange } from './decoded';
import { mayHaveGainMap } from './gain-map/parameters';
import { prepareGif } from './gif/prepare';
import { decodeHeic } from './heic';
import type { ImageJob } from './job';
import { decodeSequence } from './sequence';
import { decodeStill } from './still';
import type { Header } from '../header';
import { Bytes } from '../headers/bytes';
import { prepare } from '../heif/prepare';
import { addMissingEnd, type Decodable } from '../jpeg/end';

const LOADERS = ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif'].map(name => `VipsForeignLoad${name}Buffer`);

sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });

export async function decode(job: ImageJob): Promise<Decoded> {
  return CONTAINERS.includes(job.header.type) ? decodeContainer(job) : open(job.bytes, job.header);
}

const CONTAINERS = ['image/avif', 'image/heic', 'image/heif'];

async function decodeContainer(job: ImageJob): Promise<Decoded> {
  const { bytes, header } = job;
  // A hostile file has numbers that do not fit into the boxes that are written for it.
  const prepared = await rejectIfCorrupt((async () => prepare(new Bytes(bytes, 'HEIF')))());
  if (prepared.kind === 'sequence') return decodeSequence(job, prepared);
  if (prepared.kind === 'coded') return decodeStill(job, prepared.image);
  // libvips takes items for pages: only a sequence has frames.
  const decoded = await (header.type === 'image/avif'
    ? open(prepared.bytes, { ...header, frames: 1 })
    : decodeHeic(prepared.bytes, header));
  return applyAperture(decoded, prepared.transforms);
}

async function open(original: Uint8Array, header: Header): Promise<Decoded> {
  const { bytes, failOn, firstPage, length } = prepareBytes(original, header);
  // Page 0 of an AVIF is its first item. Without a page it is the primary one.
  const options = { failOn, limitInputPixels: header.pixels, ...firstPage > 0 && { page: firstPage } } as const;
  const metadata = await rejectIfCorrupt(sharp(bytes, options).metadata());
  const { pages = 1, delay } = metadata;
  const animated = pages - firstPage > 1 && header.frames > 1;
  // An animation has no orientation: players show its frames as they are stored.
  const { width, height } = animated ? metadata : metadata.autoOrient;
  // Frames of an animation flow through sharp alone, which converts them by a profile as it decodes.
  const colours = animated ? BY_DECODER : readColours(bytes, header, metadata);
  const openFirstFrame = (): Sharp => selectSpace(sharp(bytes, { ...options, ignoreIcc: !colours.byDecoder }), colours);
  const openFrames = ({ from = 0, count = -1 }: FrameRange = {}): Sharp =>
    sharp(bytes, { ...options, page: firstPage + from, pages: count });
  const animation = {
    bytes: length,
    frames: pages - firstPage,
    delays: delay?.slice(firstPage),
    hasPalette: header.type === 'image/gif',
  };
  const openWithGainMap = header.type === 'image/jpeg' && mayHaveGainMap(bytes)
    ? (): Sharp => sharp(bytes, options)
    : undefined;
  return { width, height, animated, openFirstFrame, openFrames, animation, colours, openWithGainMap };
}

interface Readable extends Decodable {
  readonly firstPage: number;
  /** Length of the original up to the end of its last frame. */
  readonly length: number;
}

function prepareBytes(original: Uint8Array, { type, lacksEnd }: Header): Readable {
  // `warning` fails photos of real cameras. Levels below `error` accept half an image as whole.
  const whole: Readable = { bytes: original, failOn: 'error', firstPage: 0, length: original.length };
  if (type === 'image/gif') return { ...whole, ...prepareGif(original) };
  return lacksEnd ? { ...whole, ...addMissingEnd(original) } : whole;
}

/** Otherwise sharp converts CMYK to RGB first, by a profile of its own. */
function selectSpace(image: Sharp, { space }: Colours): Sharp {
  return space === 'cmyk' ? image.pipelineColourspace('cmyk') : image;
}
