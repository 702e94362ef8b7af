import sharp from 'sharp';
import type { ImageFile } from '../../../local/demo/image-file';
import { DEFAULTS } from '../../../src/contract';

/**
 * 117 of the 150 megapixels that an animation may have. With all of them, a decoder can reach its CPU limit on a busy
 * machine.
 */
const SIDE = 540;
const FRAMES = 400;

/**
 * Makes GIFs that are as large as an upload may be, and that take a decoder two thirds of its CPU limit. Bytes behind
 * the image fill each file and make it unique, because the service rejects a file at once that has ended a decoder
 * before.
 */
export async function createHeavyGif(): Promise<(n: number) => ImageFile> {
  const pixels = Buffer.alloc(SIDE * SIDE * FRAMES);
  for (let frame = 0, at = 0; frame < FRAMES; frame++) {
    for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) pixels[at++] = 16 * ((x * y + frame * (x + 7)) % 16);
  }
  const raw = { width: SIDE, height: SIDE * FRAMES, channels: 1, pageHeight: SIDE } as const;
  const gif = await sharp(pixels, { raw, limitInputPixels: false })
    .gif({ effort: 1, colours: 16, dither: 0, reuse: true })
    .toBuffer();
  const size = DEFAULTS.MAX_UPLOAD_BYTES;
  return n => {
    const bytes = Buffer.concat([gif, Buffer.from(`file ${n}`)], size);
    return { name: `heavy-${n}.gif`, contentType: 'image/gif', size, read: async () => bytes };
  };
}
