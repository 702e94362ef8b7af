import sharp, { type Sharp } from 'sharp';
import { orCorrupt } from './corrupt';
import { decodeHeic } from './heic';
import type { ImageJob, Size } from './job';
import type { Header } from '../header';

/** An image that can be read, as often as needed: pixels flow from the file into what comes next and are never held as a whole. */
export interface Decoded extends Size {
  readonly animated: boolean;
  readonly firstFrame: () => Sharp;
  readonly allFrames: () => Sharp;
  /** A colour profile that sharp does not know of. */
  readonly iccProfile?: Buffer;
}

const LOADERS = ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif'].map(name => `VipsForeignLoad${name}Buffer`);

sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });

export async function decode({ bytes, header }: ImageJob): Promise<Decoded> {
  return header.type === 'image/heic' || header.type === 'image/heif' ? decodeHeic(bytes) : open(bytes, header);
}

async function open(bytes: Uint8Array, header: Header): Promise<Decoded> {
  // `error`: `warning` turns away photos of real cameras, and what is more lenient passes half an image off as whole.
  const options = { failOn: 'error', limitInputPixels: header.pixels } as const;
  const firstFrame = (): Sharp => sharp(bytes, options);
  const { autoOrient, pages = 1 } = await orCorrupt(firstFrame().metadata());
  const animated = pages > 1 && header.frames > 1;
  return { width: autoOrient.width, height: autoOrient.height, animated, firstFrame, allFrames: () => sharp(bytes, { ...options, animated: true }) };
}
