import sharp, { type Sharp } from 'sharp';
import type { Corner } from './crop';
import type { Decoded } from './decoded';
import type { PlannedVariant } from './plan';
import { removeExif } from '../jpeg/exif';

/** Of what says that a JPEG has a gain map: the namespaces of ISO 21496-1 and of Adobe's XMP. */
const SIGNS = ['urn:iso:std:iso:ts:21496', 'http://ns.adobe.com/hdr-gain-map/'];

const LOADER = { operation: ['VipsForeignLoadUhdrBuffer'] };
const QUALITY = 81;

/**
 * The loader does not shrink as it reads: a file of so many pixels, progressive, in 4:4:4, with a map in colour of as many, takes 738 MiB and 3.6 s.
 * At 67 megapixels it would be 964 MiB of the 1024 that a decoder has.
 */
const MAX_PIXELS = 52_000_000;

/** sharp's types leave it out: it is experimental (https://sharp.pixelplumbing.com/api-output, "keepGainMap"). */
type Experimental = Sharp & { keepGainMap(): Sharp };

export function mayHaveGainMap(bytes: Uint8Array, pixels: number): boolean {
  if (pixels > MAX_PIXELS) return false;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return SIGNS.some(sign => file.includes(sign));
}

/**
 * A JPEG with its gain map, both made anew for the size; undefined if the original has none that can be read. Its pixels were decoded without one
 * before, so it is not corrupt, and the variant stays SDR.
 */
export async function encodeHdr({ withGainMap }: Decoded, { whole, size, quality = QUALITY }: Pick<PlannedVariant, 'whole' | 'size' | 'quality'>, corner: Corner): Promise<Buffer | undefined> {
  if (!withGainMap) return undefined;
  // All other images are decoded without this loader: it is a library more for a hostile file to reach.
  sharp.unblock(LOADER);
  try {
    const { gainMap, width, height } = await withGainMap().metadata();
    if (!gainMap || await countPixels(gainMap.image) > width * height) return undefined;
    const image = (withGainMap() as Experimental).keepGainMap().autoOrient().resize(whole.width, whole.height, { fit: 'fill' }).extract({ ...corner, ...size });
    return removeExif(await image.jpeg({ quality }).toBuffer());
  } catch {
    return undefined;
  } finally {
    sharp.block(LOADER);
  }
}

/** A map has at most the pixels of its image. A larger one would take memory that the limit does not count. */
async function countPixels(map: Buffer): Promise<number> {
  const { width, height } = await sharp(map).metadata();
  return width * height;
}
