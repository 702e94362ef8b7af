import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import type { ProcessedImage } from '../../../../lambda/imaging/pipeline/job';
import { VARIANT_FORMATS, type VariantDefinition } from '../../../../src/contract';
import { openDecoderPool } from '../support/decoder-build';
import {
  difference, buildJob, readPixel, type Pixels, readPixels, quadrants, stored, variant,
} from '../support/pipeline-samples';

jest.setTimeout(120_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

const make = (bytes: Buffer, ...variants: VariantDefinition[]): Promise<ProcessedImage> =>
  pool.decode(buildJob(bytes, variants));
const everyFormat = (width: number): VariantDefinition[] =>
  VARIANT_FORMATS.map(format => variant(width, [format], { name: format }));

/** The package is an ES module, which jest does not load. */
function computeAverage(thumbhash: string): number[] {
  const code = `import { thumbHashToAverageRGBA } from 'thumbhash';
    const { r, g, b } = thumbHashToAverageRGBA(Buffer.from('${thumbhash}', 'base64'));
    console.log(JSON.stringify([r, g, b]));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: __dirname, encoding: 'utf8' }),
  ) as number[];
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i is turned upright', async orientation => {
  const upright = await (await quadrants(320, 200)).png().toBuffer();
  const image = await make(await stored(upright, orientation), variant(160, ['png']));
  expect(image).toMatchObject({ width: 320, height: 200, format: 'jpeg', animated: false });
  const expected = await readPixels(await sharp(upright).resize(160, 100).png().toBuffer());
  expect(difference(await readPixels(image.variants[0].bytes), expected)).toBeLessThan(3);
});

test('variants fit the box or fill it, and nothing is enlarged', async () => {
  const bytes = await (await quadrants(600, 400)).jpeg().toBuffer();
  const image = await make(
    bytes, variant(300, ['webp']), variant(1600, ['webp']), variant(50, ['webp'], { height: 1000 }),
    variant(200, ['webp'], { name: 'square', fit: 'cover' }),
    variant(500, ['webp'], { name: 'too tall', fit: 'cover', height: 800 }),
  );
  expect(image.variants.map(({ name, width, height }) => `${name}: ${width}x${height}`)).toEqual([
    'w300: 300x200', 'w1600: 600x400', 'w50: 50x33', 'square: 200x200', 'too tall: 500x400',
  ]);
  for (const { bytes: made, width, height } of image.variants) {
    expect(await sharp(made).metadata()).toMatchObject({ width, height, format: 'webp' });
  }
  const square = await readPixels(image.variants[3].bytes);
  const corners = [[20, 20], [180, 20], [20, 180], [180, 180]].map(
    ([x, y]) => readPixel(square, x, y).map(value => Math.round(value / 255)),
  );
  expect(corners).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]);
});

test('without a list, each eager variant is made in its first format', async () => {
  const bytes = await (await quadrants(40, 40)).png().toBuffer();
  const variants = [
    variant(20, ['webp', 'jpeg']), variant(10, ['avif', 'webp']), variant(5, ['png'], { generation: 'on-demand' }),
  ];
  const summary = ({ variants: made }: ProcessedImage): string[] => made.map(({ name, format }) => `${name}.${format}`);
  expect(summary(await make(bytes, ...variants))).toEqual(['w20.webp', 'w10.avif']);
  const renditions = [{ variant: 'w5', format: 'png' }, { variant: 'w20', format: 'jpeg' }] as const;
  expect(summary(await pool.decode(buildJob(bytes, variants, { renditions })))).toEqual(['w5.png', 'w20.jpeg']);
});

test('each format is what it says, and quality is heeded where it loses something', async () => {
  const noise = {
    create: {
      width: 200,
      height: 200,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  } as const;
  const bytes = await sharp(noise).png().toBuffer();
  const usual = await make(bytes, ...everyFormat(150));
  const coarse = await make(bytes, ...everyFormat(150).map(each => ({ ...each, quality: 10 })));
  const formats = await Promise.all(usual.variants.map(async made => (await sharp(made.bytes).metadata()).format));
  expect(formats).toEqual(['heif', 'webp', 'jpeg', 'png']);
  const smaller = usual.variants.map(({ bytes: { length } }, i) => coarse.variants[i].bytes.length < length);
  expect(smaller).toEqual([true, true, true, false]);
  expect(await sharp(usual.variants[2].bytes).metadata()).toMatchObject({ isProgressive: true });
});

test('transparency stays, and is white in a JPEG', async () => {
  const bytes = await sharp({
    create: { width: 80, height: 80, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
  }).png().toBuffer();
  const image = await make(bytes, ...everyFormat(40));
  const [avif, webp, jpeg, png] = await Promise.all(
    image.variants.map(async made => readPixel(await readPixels(made.bytes), 20, 20)),
  );
  for (const pixel of [avif, webp, png]) expect(pixel[3]).toBe(0);
  expect(jpeg).toEqual([255, 255, 255]);
  expect(image.placeholder.color).toBe('#ffffff');
});

test('an alpha channel without transparency is left out', async () => {
  const bytes = await sharp({ create: { width: 80, height: 80, channels: 4, background: '#336699' } }).png().toBuffer();
  const image = await make(bytes, variant(40, ['png']));
  expect(await sharp(image.variants[0].bytes).metadata()).toMatchObject({ hasAlpha: false, channels: 3 });
  expect(image.placeholder.color).toBe('#336699');
});

test('16 bits and another colour space end in 8 bits of sRGB', async () => {
  const green = { create: { width: 60, height: 40, channels: 3, background: '#209040' } } as const;
  const deep = await sharp(green).toColourspace('rgb16').png().toBuffer();
  const wide = await sharp(green).withIccProfile('p3').png().toBuffer();
  expect(await sharp(deep).metadata()).toMatchObject({ depth: 'ushort' });
  for (const [bytes, tolerance] of [[deep, 1], [wide, 2]] as const) {
    const { variants: [made] } = await make(bytes, variant(30, ['png']));
    const { depth, space, channels, icc } = await sharp(made.bytes).metadata();
    expect({ depth, space, channels, icc }).toEqual({ depth: 'uchar', space: 'srgb', channels: 3, icc: undefined });
    const pixel = readPixel(await readPixels(made.bytes), 15, 10);
    pixel.forEach((value, i) => expect(Math.abs(value - [0x20, 0x90, 0x40][i])).toBeLessThanOrEqual(tolerance));
  }
});

test('the profile of a large photo is heeded over all of it', async () => {
  const pixels = await quadrants(1200, 900);
  // Without the profile, red and green look very different. The flip moves them to the lower half.
  const bytes = await pixels.flip().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
  const { variants: [made] } = await make(bytes, variant(1000, ['png']));
  const expected = await readPixels(await sharp(bytes).toColourspace('srgb').resize(1000, 750).png().toBuffer());
  expect(difference(await readPixels(made.bytes), expected)).toBeLessThan(1);
  const unheeded = await readPixels(await sharp(bytes, { ignoreIcc: true }).resize(1000, 750).png().toBuffer());
  const { data, width, channels, height } = unheeded;
  const lower = (of: Buffer): Pixels => ({ width, channels, height: height / 2, data: of.subarray(of.length / 2) });
  expect(difference(lower(expected.data), lower(data))).toBeGreaterThan(3);
});

/**
 * Of an AVIF, `chroma_subsampling_x` and `_y` of its configuration (AV1 codec ISO media file format binding, section
 * 2.3.3).
 */
async function readSubsampling(bytes: Buffer): Promise<string | undefined> {
  const configuration = bytes.indexOf('av1C') + 4;
  return configuration < 4
    ? (await sharp(bytes).metadata()).chromaSubsampling
    : Math.floor(bytes[configuration + 2] / 4) % 4 === 0 ? '4:4:4'
      : '4:2:0';
}

test('colours of a small image are kept at full resolution, and at half of it in a large one', async () => {
  const bytes = await (await quadrants(800, 800)).png().toBuffer();
  const image = await make(bytes, ...(['avif', 'jpeg'] as const).flatMap(
    format => [100, 400].map(side => variant(side, [format], { name: `${side}.${format}` })),
  ));
  const subsampling = await Promise.all(
    image.variants.map(async ({ name, bytes: made }) => `${name} ${await readSubsampling(Buffer.from(made))}`),
  );
  expect(subsampling).toEqual(['100.avif 4:4:4', '400.avif 4:2:0', '100.jpeg 4:4:4', '400.jpeg 4:2:0']);
});

test('an animation stays one where its variant says so, and is its first frame elsewhere', async () => {
  const frames = Buffer.concat(
    [[255, 0, 0], [0, 255, 0], [0, 0, 255]].map(color => Buffer.alloc(60 * 40 * 3, Buffer.from(color))),
  );
  const raw = { width: 60, height: 120, channels: 3, pageHeight: 40 } as const;
  const gif = await sharp(frames, { raw }).gif({ delay: [100, 200, 300], loop: 2 }).toBuffer();
  const moving = variant(30, ['avif', 'jpeg'], { animated: true });
  const image = await make(
    gif,
    moving,
    variant(20, ['avif', 'jpeg']),
    variant(10, ['avif']),
    variant(16, ['webp'], { animated: true, fit: 'cover' }),
    variant(12, ['jpeg', 'png'], { animated: true }),
  );
  expect(image).toMatchObject({
    width: 60,
    height: 40,
    format: 'gif',
    animated: true,
    placeholder: { color: '#ff0000' },
  });
  expect(image.variants.map(({ name, format, width, height }) => `${name}.${format} ${width}x${height}`))
    .toEqual(['w30.webp 30x20', 'w20.jpeg 20x13', 'w10.webp 10x7', 'w16.webp 16x16', 'w12.jpeg 12x8']);
  const [webp, jpeg, still, cover] = await Promise.all(
    image.variants.map(({ bytes }) => sharp(bytes, { animated: true }).metadata()),
  );
  expect(webp).toMatchObject({ pages: 3, pageHeight: 20, width: 30, delay: [100, 200, 300], loop: 2 });
  expect(cover).toMatchObject({ pages: 3, pageHeight: 16, width: 16 });
  expect([jpeg.pages, still.pages]).toEqual([undefined, undefined]);
  const last = await readPixels(await sharp(image.variants[0].bytes, { page: 2 }).png().toBuffer());
  expect(readPixel(last, 15, 10).slice(0, 3).map(value => Math.round(value / 255))).toEqual([0, 0, 1]);
  const { variants: none } = await pool.decode(
    buildJob(gif, [moving], { renditions: [{ variant: 'w30', format: 'avif' }] }),
  );
  expect(none).toEqual([]);
});

test('the placeholder is a ThumbHash and the colour of most pixels', async () => {
  const half = await (await quadrants(200, 200)).extract({ left: 0, top: 0, width: 130, height: 100 }).png().toBuffer();
  const { placeholder } = await make(half, variant(50, ['webp']));
  expect(placeholder.color).toBe('#ff0000');
  const average = computeAverage(placeholder.thumbhash);
  [200 / 256, 60 / 256, 0].forEach((value, i) => expect(Math.abs(average[i] - value)).toBeLessThan(0.1));
});
