import type { Sharp } from 'sharp';
import { orCorrupt } from './corrupt';
import type { Decoded } from './decode';
import type { MadeVariant, Size } from './job';
import type { PlannedVariant } from './plan';
import { fromRaw, ofSize, type Raw, type Resized } from './resize';
import type { VariantFormat } from '../../../src/contract';

/** Of an image with fewer pixels each one shows: at half the resolution, colours cost most of what can be seen there, and save hardly a byte. */
const SMALL = 160 * 160;

/** Tuned against sharp's defaults: a tenth of the CPU at equal quality, for at most 14 % more bytes (`npm run benchmark -- imaging quality`). */
export const ENCODERS: Record<VariantFormat, (image: Sharp, size: Size, quality?: number) => Sharp> = {
  // Colours at half the resolution are a fifth less work, and all that many decoders in hardware take.
  avif: (image, size, quality) => isSmall(size)
    ? image.avif({ quality: quality ?? 64, effort: 2 })
    : image.avif({ quality: quality ?? 55, effort: 1, chromaSubsampling: '4:2:0' }),
  webp: (image, size, quality = 81) => image.webp({ quality, effort: 2, smartSubsample: isSmall(size) }),
  jpeg: (image, size, quality = 81) => image.flatten({ background: '#ffffff' })
    .jpeg({ quality, progressive: true, chromaSubsampling: isSmall(size) ? '4:4:4' : '4:2:0' }),
  // Without loss, so that quality means nothing: sharp would take it for a palette.
  png: image => image.png(),
};

function isSmall({ width, height }: Size): boolean {
  return width * height < SMALL;
}

export async function encode(image: Decoded, planned: readonly PlannedVariant[], resized: Resized): Promise<MadeVariant[]> {
  const made: MadeVariant[] = [];
  // Of a small image several variants are the same.
  const encoded = new Map<string, Buffer>();
  for (const { variant: name, ...how } of planned) {
    const key = JSON.stringify(how);
    const bytes = encoded.get(key) ?? await (how.animated ? encodeAnimation(image, how) : encodeStill(how, ofSize(resized, how.whole)));
    encoded.set(key, bytes);
    made.push({ name, format: how.format, ...how.size, bytes });
  }
  return made;
}

type Encoding = Omit<PlannedVariant, 'variant'>;

function encodeStill({ format, quality, size }: Encoding, raw: Raw): Promise<Buffer> {
  const left = Math.floor((raw.width - size.width) / 2);
  const top = Math.floor((raw.height - size.height) / 2);
  return ENCODERS[format](fromRaw(raw).extract({ left, top, ...size }), size, quality).toBuffer();
}

/** Straight from the file: the raw frames of an animation can be larger than all memory we allow. */
function encodeAnimation(image: Decoded, { format, quality, whole, size }: Encoding): Promise<Buffer> {
  const cut = whole.width !== size.width || whole.height !== size.height;
  const frames = image.allFrames().resize(size.width, size.height, { fit: cut ? 'cover' : 'fill' });
  return orCorrupt(ENCODERS[format](frames, size, quality).toBuffer());
}
