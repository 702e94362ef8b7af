import { encodeAnimation } from './animation';
import { cropCorner } from './crop';
import type { Decoded } from './decoded';
import { ENCODERS } from './encoders';
import { addGainMap } from './gain-map/add';
import { type GainMap, readGainMap } from './gain-map/read';
import type { EncodedVariant } from './job';
import type { PlannedVariant } from './plan';
import { fromRaw, type Raw } from './raw';
import { findBySize, type Resized } from './resize';

export async function encode(
  image: Decoded, planned: readonly PlannedVariant[], resized: Resized,
): Promise<EncodedVariant[]> {
  const made: EncodedVariant[] = [];
  const gainMap = await readGainMap(image, planned);
  // Of a small image several variants are the same.
  const encoded = new Map<string, Buffer>();
  for (const { variant: name, ...how } of planned) {
    const key = JSON.stringify(how);
    const bytes = encoded.get(key)
      ?? await (how.animated ? encodeAnimation(image, how) : encodeStill(findBySize(resized, how.whole), how, gainMap));
    encoded.set(key, bytes);
    made.push({ name, format: how.format, ...how.size, bytes });
  }
  return made;
}

type Encoding = Omit<PlannedVariant, 'variant'>;

async function encodeStill(raw: Raw, how: Encoding, gainMap: GainMap | undefined): Promise<Buffer> {
  const { format, quality, size, position, hdr } = how;
  const corner = await cropCorner(raw, size, position);
  const bytes = await ENCODERS[format](fromRaw(raw).extract({ ...corner, ...size }), size, quality).toBuffer();
  return hdr && gainMap ? addGainMap(bytes, gainMap, how, corner) : bytes;
}
