import sharp, { type Sharp } from 'sharp';
import type { AcceptedType } from './images';
import { greyPng } from '../../support/png';

/** An image that decodes, with its properties. */
export interface Picture {
  readonly type: AcceptedType;
  readonly bytes: Buffer;
  /** After rotation to upright. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

/** Slanted stripes of all colours, so that no encoder compresses them to almost nothing; `seed` varies the image. */
function stripes(width: number, height: number, seed = 0): Sharp {
  // Computing a sine for each of millions of values took half of the contract's time.
  const wave = Uint8Array.from({ length: width + 2 * height }, (_, at) => 128 + 100 * Math.sin((at + seed * 31) / 17));
  const data = Buffer.alloc(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) data[at++] = wave[x + channel * y];
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** GPS and orientation 6, as an upright phone writes them: the pixels lie on their side. */
export async function phoneJpeg(): Promise<Picture> {
  const exif = { IFD0: { Make: 'A phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 28/1 38/1' } };
  // eslint-disable-next-line no-restricted-syntax -- an original as cameras write it
  const bytes = onItsSide(await stripes(900, 600).withExif(exif).jpeg().toBuffer());
  return { type: 'image/jpeg', bytes, width: 600, height: 900, frames: 1 };
}

/** Changes the orientation tag (0x0112, one SHORT) from 1 to 6: sharp resets it. */
function onItsSide(jpeg: Buffer): Buffer {
  const at = jpeg.indexOf(Buffer.from('120103000100000001', 'hex'));
  jpeg[at + 8] = 6;
  return jpeg;
}

/** Transparent except for a disc. */
export async function transparentPng(): Promise<Picture> {
  const disc = Buffer.from('<svg width="400" height="400"><circle cx="200" cy="200" r="150" fill="#c04020"/></svg>');
  return { type: 'image/png', bytes: await sharp(disc).png().toBuffer(), width: 400, height: 400, frames: 1 };
}

export async function deepPng(): Promise<Picture> {
  const bytes = await stripes(700, 500).toColourspace('rgb16').png().toBuffer();
  return { type: 'image/png', bytes, width: 700, height: 500, frames: 1 };
}

export async function avif(): Promise<Picture> {
  return {
    type: 'image/avif',
    bytes: await stripes(640, 480).avif({ effort: 0 }).toBuffer(),
    width: 640,
    height: 480,
    frames: 1,
  };
}

export async function smallWebp(): Promise<Picture> {
  return { type: 'image/webp', bytes: await stripes(200, 100).webp().toBuffer(), width: 200, height: 100, frames: 1 };
}

export async function animation(type: 'image/gif' | 'image/webp'): Promise<Picture> {
  const frames = 4;
  const images = await Promise.all(
    Array.from({ length: frames }, async (_, seed) => stripes(480, 360, seed).png().toBuffer()),
  );
  const joined = sharp(images, { join: { animated: true } });
  const bytes = await (type === 'image/gif'
    ? joined.gif({ delay: Array<number>(frames).fill(80) })
    : joined.webp({ effort: 0 })).toBuffer();
  return { type, bytes, width: 480, height: 360, frames };
}

let serial = 0;

/** Different at each call. */
export async function photo(): Promise<Picture> {
  return {
    type: 'image/jpeg',
    bytes: await stripes(900, 600, ++serial).jpeg().toBuffer(),
    width: 900,
    height: 600,
    frames: 1,
  };
}

/** A JPEG cut in the middle. */
export async function cutJpeg(): Promise<Buffer> {
  const { bytes } = await photo();
  return bytes.subarray(0, bytes.length / 2);
}

/** 400 megapixels by its header, in some hundred bytes. */
export function hugePng(): Buffer {
  return greyPng(20_000, 20_000, Buffer.alloc(20_001));
}

/** A progressive JPEG that repeats its last scan two hundred times: a decoder visits all pixels for each. */
export async function endlessJpeg(): Promise<Buffer> {
  const bytes = await stripes(64, 64).jpeg({ progressive: true }).toBuffer();
  const last = bytes.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = bytes.subarray(last, bytes.length - 2);
  return Buffer.concat([bytes.subarray(0, last), ...Array<Buffer>(200).fill(scan), bytes.subarray(-2)]);
}

/** One frame above the limit, of one pixel each (GIF89a, sections 18 to 27). */
export function restlessGif(): Buffer {
  const screen = Buffer.concat([Buffer.from('GIF89a', 'latin1'), Buffer.from('01000100800000000000ffffff', 'hex')]);
  const frame = Buffer.from('21f9040005000000' + '2c000000000100010000' + '0202440100', 'hex');
  return Buffer.concat([screen, ...Array<Buffer>(501).fill(frame), Buffer.from(';')]);
}
