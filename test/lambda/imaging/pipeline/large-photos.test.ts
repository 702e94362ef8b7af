import sharp from 'sharp';
import { checkLimits } from '../../../../lambda/imaging/check-limits';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { IMAGE_LIMITS } from '../../../../src/contract';
import { readWrong } from '../../../support/corpus';
import { openDecoderPool } from '../support/decoder-build';
import { buildJob, readPixel, readPixels, testCorpus, variant } from '../support/pipeline-samples';

jest.setTimeout(300_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

/** Red on the left and blue on the right. */
function halves(width: number, height: number): sharp.Sharp {
  const half = { create: { width: width / 2, height, channels: 3, background: '#ff0000' } } as const;
  return sharp(half).extend({ right: width / 2, background: '#0000ff' });
}

const LARGEST: [string, (image: sharp.Sharp) => sharp.Sharp, number, number][] = [
  ['a JPEG of 200 megapixels', image => image.jpeg(), 16_384, 12_288],
  ['a progressive JPEG of 200 megapixels', image => image.jpeg({ progressive: true }), 16_384, 12_288],
  ['a PNG of 52 megapixels', image => image.png({ compressionLevel: 1 }), 8192, 6344],
  ['an interlaced PNG of 52 megapixels', image => image.png({ compressionLevel: 1, progressive: true }), 8192, 6344],
  ['a WebP of 52 megapixels', image => image.webp({ effort: 0 }), 8192, 6344],
  ['an AVIF of 52 megapixels', image => image.avif({ effort: 0, chromaSubsampling: '4:4:4' }), 8192, 6344],
  [
    'an AVIF of 52 megapixels with 12 bits and alpha',
    image => image.ensureAlpha(0.5).avif({ effort: 0, bitdepth: 12, chromaSubsampling: '4:4:4' }), 8192, 6344,
  ],
];

test.each(LARGEST)('%s is within the time and the memory of a decoder', async (_name, encode, width, height) => {
  const job = buildJob(await encode(halves(width, height)).toBuffer(), [
    variant(320, ['webp']), variant(2048, ['png']),
  ]);
  checkLimits(job.header, IMAGE_LIMITS);
  const made = await pool.decode(job);
  expect(made).toMatchObject({ width, height });
  const pixels = await readPixels(made.variants[1].bytes);
  const colors = [100, 1948].map(x => readPixel(pixels, x, 700).slice(0, 3).map(value => Math.round(value / 255)));
  expect(colors).toEqual([[1, 0, 0], [0, 0, 1]]);
});

testCorpus('a photo of 8192 × 6144 is accepted', async () => {
  const job = buildJob(readWrong('jpeg-8192x6144.jpg')!, [variant(320, ['webp'])]);
  checkLimits(job.header, IMAGE_LIMITS);
  expect(await pool.decode(job)).toMatchObject({ width: 8192, height: 6144, variants: [{ width: 320, height: 240 }] });
});
