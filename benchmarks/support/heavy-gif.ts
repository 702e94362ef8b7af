import sharp from 'sharp';
import type { Picture } from '../../local/demo/picture';

/** Just within the limits of an animation: 500 frames, 150 megapixels, 25 MiB. */
const SIDE = 540;
const FRAMES = 500;

/**
 * Takes a decoder about as long as it may work. Bytes behind the image make each another file: a file that ended
 * a decoder is rejected at once when it comes again.
 */
export async function heavyGif(): Promise<(n: number) => Picture> {
  const pixels = Buffer.alloc(SIDE * SIDE * FRAMES);
  for (let frame = 0, at = 0; frame < FRAMES; frame++) {
    for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) pixels[at++] = 16 * ((x * y + frame * (x + 7)) % 16);
  }
  const raw = { width: SIDE, height: SIDE * FRAMES, channels: 1, pageHeight: SIDE } as const;
  const gif = await sharp(pixels, { raw, limitInputPixels: false }).gif({ effort: 1, colours: 16, dither: 0, reuse: true }).toBuffer();
  return n => {
    const bytes = Buffer.concat([gif, Buffer.from(`file ${n}`)]);
    return { name: `heavy-${n}.gif`, contentType: 'image/gif', size: bytes.length, read: async () => bytes };
  };
}
