import sharp, { type Sharp } from 'sharp';
import { BY_DECODER, readColours, type Colours } from './colour/source';
import { orCorrupt } from './corrupt';
import { decodeHeic } from './heic';
import type { ImageJob, Size } from './job';
import type { Header } from '../header';
import { addMissingEnd, type Decodable } from '../jpeg/end';

/** An image that can be read, as often as needed: pixels flow from the file into what comes next and are never held as a whole. */
export interface Decoded extends Size {
  readonly animated: boolean;
  readonly firstFrame: () => Sharp;
  readonly allFrames: () => Sharp;
  /** Of the first frame's pixels. */
  readonly colours: Colours;
}

const LOADERS = ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif'].map(name => `VipsForeignLoad${name}Buffer`);

sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });

export async function decode({ bytes, header }: ImageJob): Promise<Decoded> {
  return header.type === 'image/heic' || header.type === 'image/heif' ? decodeHeic(bytes, header) : open(bytes, header);
}

async function open(original: Uint8Array, header: Header): Promise<Decoded> {
  // `error`: `warning` turns away photos of real cameras, and what is more lenient passes half an image off as whole.
  const { bytes, failOn }: Decodable = header.lacksEnd ? addMissingEnd(original) : { bytes: original, failOn: 'error' };
  const options = { failOn, limitInputPixels: header.pixels } as const;
  const metadata = await orCorrupt(sharp(bytes, options).metadata());
  const { autoOrient, pages = 1 } = metadata;
  const animated = pages > 1 && header.frames > 1;
  // Frames of an animation flow through sharp alone, which converts them by a profile as it decodes.
  const colours = animated ? BY_DECODER : readColours(bytes, header, metadata);
  const firstFrame = (): Sharp => inSpace(sharp(bytes, { ...options, ignoreIcc: !colours.byDecoder }), colours);
  const allFrames = (): Sharp => sharp(bytes, { ...options, animated: true });
  return { width: autoOrient.width, height: autoOrient.height, animated, firstFrame, allFrames, colours };
}

/** sharp would make RGB of CMYK, by a profile of its own, before all else. */
function inSpace(image: Sharp, { space }: Colours): Sharp {
  return space === 'cmyk' ? image.pipelineColourspace('cmyk') : image;
}
