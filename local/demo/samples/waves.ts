import sharp from 'sharp';
import { EXTENSIONS, type ImageType } from '../../../src/contract';
import type { ImageFile } from '../image-file';

/** Fast settings: the demo does not measure encoding. */
const ENCODERS: Partial<Record<ImageType, (image: sharp.Sharp) => sharp.Sharp>> = {
  'image/jpeg': image => image.jpeg({ quality: 80 }),
  'image/png': image => image.png({ compressionLevel: 3 }),
  'image/webp': image => image.webp({ effort: 0 }),
  'image/avif': image => image.avif({ effort: 0 }),
  'image/gif': image => image.gif({ effort: 1, colours: 64 }),
};
const TYPES = Object.keys(ENCODERS) as ImageType[];

/** Paints waves of colour: the same number gives the same pixels, and different numbers give different ones. */
function paint(n: number, width: number, height: number): Buffer {
  const pixels = Buffer.allocUnsafe(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels[i++] = computeWave(x / 37 + n);
      pixels[i++] = computeWave(y / 23 + n * 2.1);
      pixels[i++] = computeWave((x + y) / 51 + n * 3.7);
    }
  }
  return pixels;
}

function computeWave(phase: number): number {
  return 128 + 127 * Math.sin(phase);
}

/** Sizes from 64 to 511 pixels a side, landscape and portrait. */
export async function makeWaves(n: number): Promise<ImageFile> {
  const contentType = TYPES[n % TYPES.length];
  const [width, height] = [64 + (n * 97) % 448, 64 + (n * 61) % 448];
  const raw = { width, height, channels: 3 } as const;
  const bytes = await ENCODERS[contentType]!(sharp(paint(n, width, height), { raw })).toBuffer();
  const name = `waves-${String(n + 1).padStart(4, '0')}.${EXTENSIONS[contentType]}`;
  return { name, contentType, size: bytes.length, read: async () => bytes };
}
