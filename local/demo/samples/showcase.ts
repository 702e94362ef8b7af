import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawPhotograph, drawScene } from './scene';
import type { ImageType } from '../../../src/contract';
import type { ImageFile } from '../image-file';

/**
 * Typical uploads, each with a feature of its own. `phone.heic` is a drawn scene, too. sharp cannot write HEVC, so the
 * file was encoded once, by kvazaar through `elheif` 0.1.0.
 */
const SHOWCASE: readonly [name: string, contentType: ImageType, make: () => Promise<Buffer>][] = [
  ['photo-12-megapixels.jpg', 'image/jpeg', makeLargePhoto],
  ['portrait-with-gps.jpg', 'image/jpeg', makeRotatedPortrait],
  ['phone.heic', 'image/heic', async () => readFile(join(__dirname, 'phone.heic'))],
  ['animation.gif', 'image/gif', makeAnimation],
  ['transparent.png', 'image/png', makeTransparent],
  ['16-bit.png', 'image/png', makeDeepColour],
];

export const SHOWCASE_SIZE = SHOWCASE.length;

export async function makeShowcaseImage(n: number): Promise<ImageFile> {
  const [name, contentType, make] = SHOWCASE[n];
  const bytes = await make();
  return { name, contentType, size: bytes.length, read: async () => bytes };
}

async function makeLargePhoto(): Promise<Buffer> {
  return (await drawPhotograph({ width: 4032, height: 3024, hour: 0.3 })).jpeg({ quality: 88 }).toBuffer();
}

/** As a phone held upright stores it: rotated pixels, the orientation in EXIF, and the location. */
async function makeRotatedPortrait(): Promise<Buffer> {
  const upright =
    await (await drawPhotograph({ width: 1512, height: 2016, hour: 0.9 })).png({ compressionLevel: 1 }).toBuffer();
  const gps = { GPSLatitudeRef: 'N', GPSLatitude: '46/1 41/1 3/1', GPSLongitudeRef: 'E', GPSLongitude: '7/1 51/1 8/1' };
  // eslint-disable-next-line no-restricted-syntax -- an original as cameras write it
  const jpeg = await sharp(upright)
    .rotate(270)
    .withExif({ IFD0: { Make: 'Demo', Model: 'Phone' }, IFD3: gps })
    .jpeg({ quality: 88 })
    .toBuffer();
  return withOrientation(jpeg, 6);
}

/** Changes the orientation entry (Exif 2.32: 0x0112, one SHORT), which sharp writes as 1. */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const entry = jpeg.indexOf(Buffer.from('120103000100000001', 'hex'));
  if (entry < 0) throw new Error('the JPEG must have an orientation in its EXIF');
  jpeg[entry + 8] = orientation;
  return jpeg;
}

async function makeAnimation(): Promise<Buffer> {
  const count = 12;
  const frames = Array.from({ length: count }, async (_, i) => {
    return drawScene({ width: 480, height: 360, hour: 0.5, balloon: i / (count - 1) })
      .removeAlpha()
      .png({ compressionLevel: 1 })
      .toBuffer();
  });
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .gif({ effort: 1, delay: Array<number>(count).fill(90) })
    .toBuffer();
}

/** Draws rings of different opacity. */
async function makeTransparent(): Promise<Buffer> {
  const rings = [0.9, 0.75, 0.6, 0.45, 0.3, 0.15].map((part, i) => {
    return `<circle cx="400" cy="400" r="${400 * part}" fill="hsl(${i * 55} 80% 50%)" fill-opacity="${0.25 + 0.15 * i}"/>`;
  });
  return sharp(Buffer.from(`<svg width="800" height="800">${rings.join('')}</svg>`)).png().toBuffer();
}

/** Gradients finer than 8 bits: a decoder that read the low bytes would produce noise. */
async function makeDeepColour(): Promise<Buffer> {
  const [width, height] = [1200, 800];
  const pixels = new Uint16Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels[i++] = 65_535 * (x / width);
      pixels[i++] = 65_535 * (0.5 + 0.5 * Math.sin(9 * Math.hypot(x / width - 0.5, y / height - 0.5)));
      pixels[i++] = 65_535 * (y / height);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .toColourspace('rgb16')
    .png({ compressionLevel: 3 })
    .toBuffer();
}
