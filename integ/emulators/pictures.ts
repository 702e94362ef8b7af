import sharp from 'sharp';
import type { AcceptedType } from '../../test/acceptance/support/images';
import { stored } from '../../test/lambda/imaging/support/pipeline-samples';

/** Real images: the contract's bytes only begin like images. */
export interface Picture {
  readonly type: AcceptedType;
  readonly bytes: Buffer;
}

const RED = '#c02020';
const BLUE = '#2020c0';

function createPlain(width: number, height: number, background: sharp.Colour = RED): sharp.Sharp {
  return sharp({ create: { width, height, channels: 4, background } });
}

/** Small images cost workers little; each number up to 255 makes different bytes. */
export async function createTinyPicture(n: number): Promise<Picture> {
  return { type: 'image/png', bytes: await createPlain(16, 12, { r: n, g: 99, b: 99, alpha: 1 }).png().toBuffer() };
}

/** 1200 × 1600, red above and blue below; stored on its side, as phones do. */
export async function createPortrait(): Promise<Picture> {
  const blue = { input: await createPlain(1200, 800, BLUE).png().toBuffer(), left: 0, top: 800 };
  const upright = await createPlain(1200, 1600).composite([blue]).png().toBuffer();
  return { type: 'image/jpeg', bytes: await stored(upright, 6) };
}

/** 300 × 200: a red middle on a transparent background. */
export async function createTransparent(): Promise<Picture> {
  const red = { input: await createPlain(100, 100).png().toBuffer() };
  return {
    type: 'image/png',
    bytes: await createPlain(300, 200, { r: 0, g: 0, b: 0, alpha: 0 }).composite([red]).png().toBuffer(),
  };
}

export const FRAMES = 3;

/** 90 × 60, with three frames. */
export async function createAnimation(): Promise<Picture> {
  const frames = await Promise.all(
    [RED, BLUE, '#20c020'].slice(0, FRAMES).map(async color => createPlain(90, 60, color).png().toBuffer()),
  );
  return { type: 'image/gif', bytes: await sharp(frames, { join: { animated: true } }).gif().toBuffer() };
}

/** Begins like a JPEG, and ends in the middle of its pixels. */
export async function cutShort(): Promise<Picture> {
  const { type, bytes } = await createPortrait();
  return { type, bytes: bytes.subarray(0, Math.floor(bytes.length / 2)) };
}
