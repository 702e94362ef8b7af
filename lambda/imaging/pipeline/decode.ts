import sharp, { type Metadata, type Sharp } from 'sharp';
import { orCorrupt } from './corrupt';
import { decodeHeic } from './heic';
import type { ImageJob, Size } from './job';
import type { Header } from '../header';

/** An image that can be read, as often as needed: pixels flow from the file into what comes next and are never held as a whole. */
export interface Decoded extends Size {
  readonly animated: boolean;
  readonly firstFrame: () => Sharp;
  readonly allFrames: () => Sharp;
  /** A colour profile that the first frame's pixels are still in. */
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
  const metadata = await orCorrupt(sharp(bytes, options).metadata());
  const { autoOrient, pages = 1 } = metadata;
  const animated = pages > 1 && header.frames > 1;
  const iccProfile = animated ? undefined : profileForLater(metadata);
  const firstFrame = (): Sharp => sharp(bytes, { ...options, ignoreIcc: iccProfile !== undefined });
  const allFrames = (): Sharp => sharp(bytes, { ...options, animated: true });
  return { width: autoOrient.width, height: autoOrient.height, animated, firstFrame, allFrames, iccProfile };
}

/**
 * sharp takes an image to sRGB before it makes it smaller, pixel by pixel, which costs twice what decoding does. For 8 bits of RGB it looks
 * the same behind the first resize; everything else becomes 8 bits of RGB only through the profile.
 */
function profileForLater({ icc, space, depth }: Metadata): Buffer | undefined {
  return space === 'srgb' && depth === 'uchar' ? icc : undefined;
}
