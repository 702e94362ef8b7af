import sharp from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import type { ProcessedImage } from '../../../../lambda/imaging/pipeline/job';
import { writeGif, type GifFrame } from '../support/animated-gif';
import { openDecoderPool } from '../support/decoder-build';
import { drawGif, type DrawnGif, gifCases } from '../support/gif-cases';
import { buildJob, variant } from '../support/pipeline-samples';

jest.setTimeout(180_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

/** Makes all transparent pixels equal, since their colour does not count. */
function visible(rgba: Buffer): Buffer {
  const pixels = Buffer.from(rgba);
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] === 0) pixels.fill(0, at, at + 4);
  return pixels;
}

async function readFrames(bytes: Uint8Array): Promise<DrawnGif> {
  const { data, info } = await sharp(bytes, { animated: true }).ensureAlpha().raw().toBuffer({
    resolveWithObject: true,
  });
  const { width, pageHeight: height = info.height } = info;
  const length = width * height * 4;
  return {
    width,
    height,
    frames: Array.from(
      { length: info.height / height }, (_, i) => visible(data.subarray(i * length, (i + 1) * length)),
    ),
  };
}

/** Encoders join frames that look alike. */
function isSame(a: Buffer, b: Buffer): boolean {
  return a.equals(b) || a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) <= 2);
}

function distinct(frames: readonly Buffer[]): Buffer[] {
  return frames.filter((frame, i) => i === 0 || !isSame(frame, frames[i - 1]));
}

/** Differences from the picture in browsers. */
async function listMisses(image: ProcessedImage, expected: DrawnGif): Promise<string[]> {
  const [still, moving] = await Promise.all(image.variants.map(async ({ bytes }) => readFrames(bytes)));
  const frames = distinct(expected.frames);
  return [
    ...image.width === expected.width && image.height === expected.height
      ? []
      : [`size ${image.width}x${image.height}`],
    ...still.frames.length === 1 && isSame(still.frames[0], frames[0]) ? [] : ['still'],
    ...moving.frames.length === frames.length ? [] : [`${moving.frames.length} frames`],
    // A still is encoded lossily.
    ...!image.animated
      ? []
      : moving.frames.flatMap((frame, i) => frames[i] && isSame(frame, frames[i]) ? [] : [`frame ${i}`]),
  ];
}

const side = 2200;
const EXACT = [variant(side, ['png'], { name: 'still' }), variant(side, ['webp'], { name: 'moving', animated: true })];

test('draws GIFs as browsers do, with transparent canvas where nothing is drawn', async () => {
  const misses: Record<string, string[]> = {};
  for (const { name, file } of gifCases()) {
    const missed = await listMisses(await pool.decode(buildJob(writeGif(file), EXACT)), drawGif(file));
    if (missed.length > 0) misses[name] = missed;
  }
  expect(misses).toEqual({});
});

test('keeps the delay of every frame where a frame is added before the first', async () => {
  const palette = [[255, 0, 0], [0, 0, 255]];
  const frame = (x: number, delay: number): GifFrame => ({
    x,
    y: 0,
    width: 2,
    height: 2,
    pixels: [x % 2, 1, 0, 1],
    delay,
  });
  const gif = writeGif({ width: 8, height: 2, palette, frames: [frame(1, 7), frame(2, 30), frame(5, 90)] });
  const { variants: [moving] } = await pool.decode(buildJob(gif, [variant(8, ['webp'], { animated: true })]));
  expect(await sharp(moving.bytes, { animated: true }).metadata()).toMatchObject({
    pages: 3,
    delay: [70, 300, 900],
    hasAlpha: true,
  });
});

describe('a GIF of which no frame has a pixel', () => {
  const whole: GifFrame = { x: 0, y: 0, width: 6, height: 4, pixels: Array<number>(24).fill(1) };
  const palette = [[255, 0, 0], [0, 255, 0]];
  const empty: [string, GifFrame[]][] = [
    ['a frame without width', [{ ...whole, width: 0, pixels: [] }]],
    ['a frame without height', [{ ...whole, height: 0, pixels: [1, 1] }]],
    ['a frame without data', [{ ...whole, pixels: [] }]],
    ['three frames without data', Array<GifFrame>(3).fill({ ...whole, pixels: [], delay: 5 })],
  ];

  test.each(empty)('is corrupt: %s', async (_what, frames) => {
    await expect(
      pool.decode(buildJob(writeGif({ width: 6, height: 4, palette, frames }), EXACT)),
    ).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  test('is not taken for a GIF of transparent pixels', async () => {
    const gif = writeGif({ width: 6, height: 4, palette, frames: [{ ...whole, transparent: 1 }] });
    const { placeholder, variants: [still] } = await pool.decode(buildJob(gif, EXACT));
    expect([placeholder.color, (await readFrames(still.bytes)).frames[0].every(value => value === 0)]).toEqual([
      '#ffffff', true,
    ]);
  });
});

test('draws nothing behind the end of a frame\'s data', async () => {
  const palette = [[255, 0, 0], [0, 255, 0]];
  const gif = writeGif({
    width: 4,
    height: 4,
    palette,
    frames: [{ x: 0, y: 0, width: 4, height: 4, pixels: Array<number>(8).fill(1) }],
  });
  const { variants: [still] } = await pool.decode(buildJob(gif, EXACT));
  expect(still && (await readFrames(still.bytes)).frames[0].toString('hex')).toBe(
    '00ff00ff'.repeat(8) + '00000000'.repeat(8),
  );
});

test('is corrupt if the file ends in its first frame', async () => {
  const palette = [[255, 0, 0], [0, 255, 0]];
  const gif = writeGif({
    width: 640,
    height: 480,
    palette,
    frames: [{ x: 1, y: 1, width: 40, height: 40, pixels: Array<number>(1600).fill(1) }],
  });
  // Without the end of the data and the trailer.
  for (const length of [gif.length - 2, gif.length - 100, gif.length - 500]) {
    await expect(pool.decode(buildJob(gif.subarray(0, length), EXACT))).rejects.toMatchObject({ code: 'CORRUPT' });
  }
  expect(await pool.decode(buildJob(gif.subarray(0, gif.length - 1), EXACT))).toMatchObject({
    width: 640,
    height: 480,
  });
});

test('is corrupt if the file ends before the last pixel of a later frame', async () => {
  const palette = [[255, 0, 0], [0, 255, 0]];
  const frame = (color: number) => ({
    x: 0,
    y: 0,
    width: 40,
    height: 40,
    pixels: Array<number>(1600).fill(color),
    delay: 5,
  });
  const gif = writeGif({ width: 40, height: 40, palette, frames: [frame(0), frame(1)] });
  for (const length of [gif.length - 100, gif.length - 300]) {
    await expect(pool.decode(buildJob(gif.subarray(0, length), EXACT))).rejects.toMatchObject({ code: 'CORRUPT' });
  }
  // Without the end of the data and the trailer, all pixels are there.
  expect(await pool.decode(buildJob(gif.subarray(0, gif.length - 2), EXACT))).toMatchObject({ animated: true });
});
