import sharp, { type GifOptions } from 'sharp';
import { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import type { ProcessedImage } from '../../../../lambda/imaging/pipeline/job';
import type { VariantDefinition } from '../../../../src/contract';
import { readWrong } from '../../../support/corpus';
import { REQUIREMENTS, testIfMet } from '../../../support/requirements';
import { animatedWebp, buildExif } from '../support/animated-webp';
import { DECODER_LIMITS, openDecoderPool } from '../support/decoder-build';
import { difference, buildJob, readPixel, readPixels, quadrants, variant } from '../support/pipeline-samples';

jest.setTimeout(240_000);

let script: string;
let pool: DecoderPool;
openDecoderPool((opened, built) => { [pool, script] = [opened, built]; });

const make = (bytes: Buffer, ...variants: VariantDefinition[]): Promise<ProcessedImage> =>
  pool.decode(buildJob(bytes, variants));
const moving = (width: number): VariantDefinition => variant(width, ['webp'], { animated: true });

function testWrong(name: string, file: string, run: (bytes: Buffer) => Promise<void>): void {
  testIfMet(REQUIREMENTS.corpus)(`${file}: ${name}`, async () => run(readWrong(file)!));
}

async function readFrame(file: Uint8Array, page: number): ReturnType<typeof readPixels> {
  return readPixels(await sharp(file, { page }).removeAlpha().png().toBuffer());
}

/** Counts the pixels of each colour, in all frames or in one. */
async function countColors(bytes: Uint8Array, page?: number): Promise<Record<string, number>> {
  const pixels = await sharp(bytes, page === undefined ? { animated: true } : { page }).ensureAlpha().raw().toBuffer();
  const colors: Record<string, number> = {};
  for (let at = 0; at < pixels.length; at += 4) {
    const color = pixels[at + 3] === 0 ? 'transparent' : [...pixels.subarray(at, at + 4)].join(',');
    colors[color] = (colors[color] ?? 0) + 1;
  }
  return colors;
}

// Counted in the frames that Chromium 156 decodes from these files.
describe('a file that once came out wrong', () => {
  testWrong('shows through where no frame is', 'gif-uncovered-canvas-black.gif', async bytes => {
    const { variants: [still] } = await make(bytes, variant(100, ['png']));
    expect(await countColors(still.bytes)).toEqual({ 'transparent': 8400, '255,0,0,255': 1600 });
  });

  testWrong('shows through until a frame is drawn', 'gif-uncovered-canvas-black-animated.gif', async bytes => {
    const { variants: [made] } = await make(bytes, moving(100));
    expect([await countColors(made.bytes, 0), await countColors(made.bytes, 1)])
      .toEqual([{ 'transparent': 5000, '255,0,0,255': 5000 }, { '255,0,0,255': 5000, '0,0,255,255': 5000 }]);
  });

  testWrong('shows through where a frame is disposed of', 'gif-disposed-to-background.gif', async bytes => {
    const { variants: [made] } = await make(bytes, moving(100));
    const square = { 'transparent': 656, '220,0,0,255': 144 };
    expect(await Promise.all([0, 1, 2].map(async page => countColors(made.bytes, page)))).toEqual([
      { transparent: 800 }, square, square,
    ]);
  });

  testWrong('is corrupt', 'gif-without-pixels-accepted-black.gif', async bytes => {
    await expect(make(bytes, moving(100))).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  testWrong('keeps its colours', 'gif-3x1-webp-colours-lost.gif', async bytes => {
    const { variants: [made] } = await make(bytes, variant(100, ['webp']));
    const pixels = await readPixels(made.bytes);
    expect([0, 1, 2].map(x => readPixel(pixels, x, 0).slice(0, 3))).toEqual([[255, 0, 0], [0, 255, 0], [0, 0, 255]]);
  });

  testWrong('keeps its size and its pixels', 'webp-animated-exif-orientation-squashed.webp', async bytes => {
    const { width, height, variants: [made] } = await make(bytes, moving(300));
    expect([width, height, made.width, made.height]).toEqual([300, 200, 300, 200]);
    for (const page of [0, 7]) {
      const [shown, stored] = await Promise.all(
        [made.bytes, bytes].map(async file => readPixels(await sharp(file, { page }).png().toBuffer())),
      );
      expect(difference(shown, stored)).toBeLessThan(3);
    }
  });

  testWrong(
    'takes half the CPU time, and no variant more bytes than it has',
    'gif-valid-45MP-decoder-killed-once.gif',
    async bytes => {
    // 10.3 s before the change, beside other work; 3.5 s now.
      const half = new DecoderPool({ script, limits: { ...DECODER_LIMITS, decodeSeconds: 6 } });
      try {
        const { variants } = await half.decode(buildJob(bytes, [moving(320), moving(640), moving(1280)]));
        expect(variants.map(({ name, width, bytes: { length } }) => [name, width, length <= bytes.length])).toEqual([
          ['w320', 320, true], ['w640', 640, true], ['w1280', 1000, true],
        ]);
        expect(await sharp(variants[2].bytes, { animated: true }).metadata()).toMatchObject({
          pages: 259,
          width: 1000,
          pageHeight: 175,
        });
        const [last, shown] = await Promise.all([bytes, variants[2].bytes].map(async file => readFrame(file, 258)));
        expect(difference(last, shown)).toBe(0);
      } finally {
        half.close();
      }
    },
  );
});

describe('an animated WebP with EXIF orientation', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i keeps the stored size and pixels, as in Chromium', async orientation => {
    const frame = await (await quadrants(120, 80)).png().toBuffer();
    const inverted = await sharp(frame).negate().png().toBuffer();
    const file = await animatedWebp([frame, inverted], await buildExif(orientation));
    expect(await sharp(file).metadata()).toMatchObject({ orientation, pages: 2 });
    const { width, height, variants } = await make(file, moving(60), variant(60, ['png'], { name: 'still' }));
    expect([width, height, ...variants.map(made => `${made.width}x${made.height}`)]).toEqual([
      120, 80, '60x40', '60x40',
    ]);
    const expected = await readPixels(await sharp(frame).resize(60, 40).png().toBuffer());
    for (const made of variants) {
      const first = await sharp(made.bytes, { page: 0 }).png().toBuffer();
      expect(difference(await readPixels(first), expected)).toBeLessThan(5);
    }
  });
});

describe('a tiny WebP', () => {
  test.each([[1, 1], [3, 1], [1, 3], [2, 2], [5, 5], [17, 3], [16, 16], [32, 32], [64, 64], [2048, 1], [1, 2048]])(
    'of %i × %i pixels keeps the colour of each', async (width, height) => {
      const colors = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]];
      const raw = Buffer.from(
        Array.from({ length: width * height }, (_, i) => colors[(i % width + 2 * Math.floor(i / width)) % 4]).flat(),
      );
      const png = await sharp(raw, { raw: { width, height, channels: 3 } }).png().toBuffer();
      const { variants: [made] } = await make(png, variant(2048, ['webp']));
      expect((await readPixels(made.bytes)).data.equals(raw)).toBe(true);
    },
  );
});

describe('a variant of an animation', () => {
  const SIZE = { width: 240, height: 160 };
  const raw = (frames: readonly Buffer[]) => {
    const options = {
      width: SIZE.width,
      height: SIZE.height * frames.length,
      channels: 3,
      pageHeight: SIZE.height,
    } as const;
    return sharp(Buffer.concat(frames), { raw: options });
  };
  // Draws pixel by pixel: a decoder that is imported here blocks SVG.
  const paint = (color: (x: number, y: number) => readonly number[]): Buffer =>
    Buffer.from(times(SIZE.width * SIZE.height, at => color(at % SIZE.width, Math.floor(at / SIZE.width))).flat());
  const times = <T>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i));

  /** More and more scattered pixels get the picture's colour, as in GIFs with more than 256 colours. */
  function scattered(): Buffer[] {
    const frame = Buffer.alloc(SIZE.width * SIZE.height * 3);
    return times(40, i => {
      for (let at = i * 3; at < frame.length; at += 120) {
        const place = (at * 17) % frame.length;
        frame.set([at % 251, at * 7 % 253, 128 + at % 127], place - place % 3);
      }
      return Buffer.from(frame);
    });
  }

  const waves = (): Buffer[] => times(12, i => Buffer.from(times(SIZE.width * SIZE.height, at => {
    const [x, y] = [at % SIZE.width, Math.floor(at / SIZE.width)];
    return [
      128 + 100 * Math.sin((x + 5 * i) / 30), 128 + 100 * Math.sin((y - 3 * i) / 25),
      128 + 100 * Math.sin((x + y) / 40),
    ];
  }).flat()));
  const makeNoise = (i: number): Buffer =>
    Buffer.from(times(SIZE.width * SIZE.height * 3, at => (at * 7919 + i * 104729 + (at * at) % 8191) % 256));
  const noise = (): Buffer[] => times(12, makeNoise);
  const shapes = (): Buffer[] =>
    times(30, i => paint((x, y) => Math.hypot(x - 20 - 6 * i, y - 80) < 20 ? [238, 51, 51] : [170, 238, 238]));
  const lines = (): Buffer[] => times(30, i => paint((x, y) => {
    const line = Math.floor((y - 4) / 5);
    return y % 5 === 4 && line < i && x >= 4 && x < 44 + line * 37 % 190 ? [34, 34, 34] : [255, 255, 255];
  }));

  const kinds: [string, () => Buffer[], GifOptions][] = [
    ['scattered pixels', scattered, {}], ['waves', waves, {}], ['waves without dither', waves, { dither: 0 }],
    ['noise', noise, {}],
    ['noise of 8 colours', noise, { colours: 8 }], ['shapes', shapes, { dither: 0 }],
    ['lines', lines, { colours: 4, dither: 0 }],
  ];

  test.each(kinds)('takes no more bytes than a GIF of %s', async (_what, frames, options) => {
    const gif = await raw(frames()).gif({ delay: 50, ...options }).toBuffer();
    const { variants } = await make(gif, moving(240), moving(120));
    // The headers of a frame's chunk and its image take some 50 bytes in a WebP and 20 in a GIF.
    const most = gif.length + 50 * (await sharp(gif).metadata()).pages!;
    expect(variants.map(({ width, bytes: { length } }) => [width, length <= most])).toEqual([[240, true], [120, true]]);
    const [shown, stored] = await Promise.all([variants[0].bytes, gif].map(async file => readFrame(file, 7)));
    expect(difference(shown, stored)).toBeLessThan(8);
  });

  test('takes no more bytes than a GIF has before its end', async () => {
    const gif = await raw(scattered()).gif({ delay: 50 }).toBuffer();
    const { variants } = await make(Buffer.concat([gif, Buffer.alloc(5_000_000)]), moving(240), moving(120));
    expect(variants.map(({ width, bytes: { length } }) => [width, length <= gif.length])).toEqual([
      [240, true], [120, true],
    ]);
  });

  test.each([80, 75, 60])('takes no more bytes than a WebP of quality %i', async quality => {
    const webp = await raw(waves()).webp({ quality, effort: 4 }).toBuffer();
    const { variants: [made] } = await make(webp, moving(240));
    expect(made.bytes.length).toBeLessThanOrEqual(webp.length);
  });
});
