import sharp, { type Sharp } from 'sharp';
import { insertSegments, joinPictures } from './picture-pair';
import { type GainMap, scaleSize, getColourspace } from './read';
import type { Corner } from '../crop';
import type { Size } from '../job';
import type { PlannedVariant } from '../plan';

const QUALITY = 81;

/** Adds the part of the map that belongs to a JPEG variant. `corner`: where the variant begins in the whole image. */
export async function addGainMap(
  jpeg: Buffer,
  map: GainMap,
  { whole, size, quality = QUALITY }: Pick<PlannedVariant, 'whole' | 'size' | 'quality'>,
  corner: Corner,
): Promise<Buffer> {
  const part = await cut(map, whole, corner, size).jpeg({ quality }).toBuffer();
  return joinPictures(jpeg, insertSegments(part, map.parameters));
}

function cut({ data, width, height, channels, scale }: GainMap, image: Size, corner: Corner, part: Size): Sharp {
  const whole = scaleSize(image, scale);
  const size = scaleSize(part, scale);
  const left = Math.min(Math.round(corner.left * scale.width), whole.width - size.width);
  const top = Math.min(Math.round(corner.top * scale.height), whole.height - size.height);
  const resized = sharp(data, { raw: { width, height, channels } }).resize(whole.width, whole.height, { fit: 'fill' });
  return resized.extract({ left, top, ...size }).toColourspace(getColourspace(channels));
}
