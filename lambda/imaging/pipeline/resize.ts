import type { Sharp } from 'sharp';
import { rejectIfCorrupt } from './corrupt';
import type { Decoded } from './decoded';
import type { Size } from './job';
import { scaleToFit, type PlannedVariant } from './plan';
import { fromRaw, type Raw } from './raw';

/** ThumbHash takes no more. */
const PLACEHOLDER_BOX = { fit: 'inside', width: 100, height: 100 } as const;

/** From the largest down; the last is for the placeholder. */
export type Resized = readonly Raw[];

/**
 * Each size from the next larger: this costs a fraction of decoding for each, and looks better than a decoder's own
 * shrinking. Never through an encoded image.
 */
export async function resize(image: Decoded, planned: readonly PlannedVariant[]): Promise<Resized> {
  const [largest, ...smaller] = listSizes(image, planned);
  let raw = await decodeScaled(image, largest);
  const resized = [raw];
  for (const size of smaller) resized.push(raw = await readRaw(fill(fromRaw(raw), size)));
  return resized;
}

export function findBySize(resized: Resized, size: Size): Raw {
  return resized.find(({ width, height }) => width === size.width && height === size.height)!;
}

function listSizes(image: Decoded, planned: readonly PlannedVariant[]): Size[] {
  const sizes = planned.filter(({ animated }) => !animated).map(({ whole }) => whole);
  const bySize = new Map(
    [...sizes, scaleToFit(image, PLACEHOLDER_BOX)].map(size => [`${size.width}x${size.height}`, size]),
  );
  return [...bySize.values()].sort((a, b) => b.width * b.height - a.width * a.height);
}

/**
 * The only step at which a still is decoded. sharp shrinks a JPEG while it loads it, and here leaves a factor of two
 * and more for the resize.
 */
export async function decodeScaled(image: Decoded, size: Size): Promise<Raw> {
  const { colours } = image;
  const decoded = await rejectIfCorrupt(
    readRaw(fill(image.openFirstFrame(), size), colours.space === 'rgb16' ? 'ushort' : 'uchar'),
  );
  // Behind the resize: pixel by pixel, colours cost more than decoding does, and before it there are many times the
  // pixels.
  const raw = await colours.toSrgb?.(decoded) ?? decoded;
  return raw.channels === 4 && isOpaque(raw.data) ? readRaw(fromRaw(raw).removeAlpha()) : raw;
}

function fill(image: Sharp, { width, height }: Size): Sharp {
  return image.resize(width, height, { fit: 'fill', fastShrinkOnLoad: false });
}

/** Bare pixels: here EXIF, GPS, XMP and the profile of a still end. */
async function readRaw(image: Sharp, depth: 'uchar' | 'ushort' = 'uchar'): Promise<Raw> {
  const { data, info } = await image.raw({ depth }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels as 3 | 4 };
}

function isOpaque(rgba: Buffer): boolean {
  for (let alpha = 3; alpha < rgba.length; alpha += 4) if (rgba[alpha] !== 255) return false;
  return true;
}
