import sharp from 'sharp';
import { computeSettings } from '../../../../lambda/domain/variant-settings';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { decodeVariants, encodeVariants, type VariantDefinition, type VariantPosition } from '../../../../src/contract';
import { openDecoderPool } from '../support/decoder-build';
import { buildJob, readPixel, readPixels, variant } from '../support/pipeline-samples';

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

const SUBJECT = 80;
const square = (name: string, position?: VariantPosition, more: Partial<VariantDefinition> = {}): VariantDefinition =>
  variant(100, ['png'], { name, fit: 'cover', ...position && { position }, ...more });

/** A red square with checks on grey, at the given upper left corner. */
async function frame(width: number, height: number, left: number, top: number): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3, 128);
  for (let y = 0; y < SUBJECT; y++) {
    for (let x = 0; x < SUBJECT; x++) {
      const isRed = (Math.floor(x / 8) + Math.floor(y / 8)) % 2 === 1;
      data.set(isRed ? [230, 30, 30] : [250, 190, 160], ((top + y) * width + left + x) * 3);
    }
  }
  return data;
}

/** The share of pixels that are not grey. */
async function locateSubject(bytes: Uint8Array, page = 0): Promise<number> {
  const { data, channels } = await readPixels(await sharp(bytes, { page }).png().toBuffer());
  let count = 0;
  for (let at = 0; at < data.length; at += channels) if (data[at] - data[at + 2] > 60) count++;
  return count / (SUBJECT * 100 / 200) ** 2;
}

test.each([
  ['left', 400, 200, 10, 60], ['right', 400, 200, 310, 60], ['above', 200, 400, 60, 10], ['below', 200, 400, 60, 310],
] as const)(
  'a subject on the %s is cut off by the center, and kept by attention and by entropy',
  async (_side, width, height, left, top) => {
    const png = await sharp(await frame(width, height, left, top), { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const { variants } = await pool.decode(
      buildJob(png, [square('center'), square('attention', 'attention'), square('entropy', 'entropy')]),
    );
    const [center, attention, entropy] = await Promise.all(variants.map(({ bytes }) => locateSubject(bytes)));
    expect(center).toBeLessThan(0.2);
    expect(attention).toBeGreaterThan(0.95);
    expect(entropy).toBeGreaterThan(0.95);
    for (const made of variants) expect(made).toMatchObject({ width: 100, height: 100 });
  },
);

test('every format of a variant shows the same part, and one without a part to cut off shows all', async () => {
  const png = await sharp(await frame(400, 200, 310, 60), { raw: { width: 400, height: 200, channels: 3 } })
    .png()
    .toBuffer();
  const wide = variant(100, ['png'], { name: 'wide', fit: 'cover', height: 50, position: 'attention' });
  const job = buildJob(png, [square('v', 'attention', { formats: ['png', 'webp', 'jpeg', 'avif'] }), wide], {
    renditions: [
      ...(['png', 'webp', 'jpeg', 'avif'] as const).map(format => ({ variant: 'v', format })),
      { variant: 'wide', format: 'png' },
    ],
  });
  const { variants } = await pool.decode(job);
  for (const { bytes } of variants.slice(0, 4)) expect(await locateSubject(bytes)).toBeGreaterThan(0.9);
  expect(readPixel(await readPixels(variants[4].bytes), 5, 5)).toEqual([128, 128, 128]);
});

test('an animation is cut by its first frame, and all frames alike', async () => {
  const frames = Buffer.concat([await frame(400, 200, 310, 60), await frame(400, 200, 300, 70)]);
  const gif = await sharp(frames, { raw: { width: 400, height: 400, channels: 3, pageHeight: 200 } })
    .gif({ delay: [100, 100] })
    .toBuffer();
  const { variants: [made, still] } = await pool.decode(buildJob(gif, [
    square('moving', 'attention', { formats: ['webp'], animated: true }), square('still', 'attention'),
  ]));
  expect(await sharp(made.bytes, { animated: true }).metadata()).toMatchObject({
    pages: 2,
    pageHeight: 100,
    width: 100,
  });
  for (const page of [0, 1]) expect(await locateSubject(made.bytes, page)).toBeGreaterThan(0.8);
  expect(await locateSubject(still.bytes)).toBeGreaterThan(0.9);
});

describe('a position', () => {
  const plain: VariantDefinition = {
    name: 'card',
    width: 300,
    height: 300,
    fit: 'cover',
    formats: ['avif', 'jpeg'],
    quality: 60,
    generation: 'eager',
    animated: true,
  };

  test('survives the environment of a function', () => {
    const set: VariantDefinition[] = [
      plain, { ...plain, position: 'attention' }, { ...plain, position: 'entropy', animated: false },
    ];
    expect(encodeVariants(set)).toBe('card:300x300:cea:aj:60;card:300x300:ceaa:aj:60;card:300x300:cese:aj:60');
    expect(decodeVariants(encodeVariants(set))).toEqual(set);
  });

  test('makes variants anew when it changes, and leaves those without one as they are', () => {
    const settings = [plain, { ...plain, position: 'attention' as const }, { ...plain, position: 'entropy' as const }]
      .map(computeSettings);
    expect(new Set(settings).size).toBe(3);
    // SHA-256 of the definition before positions existed.
    expect(settings[0]).toBe('e1b8e362b0b8');
  });
});
