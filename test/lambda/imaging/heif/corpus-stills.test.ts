import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { readWrong } from '../../../support/corpus';
import { openDecoderPool } from '../support/decoder-build';
import { testCorpus } from '../support/pipeline-samples';
import { decodeStill, type DecodedStill } from '../support/stills';

jest.setTimeout(120_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

const make = async (bytes: Buffer): Promise<DecodedStill> => decodeStill(pool, bytes);

type Place = readonly [x: number, y: number, color: readonly number[]];

/**
 * Values of Chromium 156 for AVIF, and of libheif 1.23.6 in pillow-heif for HEIC. The last value of a color is alpha.
 */
const WRONG: [string, string, readonly Place[]][] = [
  [
    'avif-layered-op2-refused.avif', '360x182',
    [[90, 45, [105, 104, 100]], [180, 91, [65, 65, 67]], [270, 136, [20, 11, 7]]],
  ],
  ['heic-clap-64-of-256.heic', '64x64', [[16, 16, [29, 30, 200]], [32, 32, [29, 30, 200]], [48, 48, [29, 30, 200]]]],
  [
    'heic-double-iref-refused-C021.heic', '1280x720',
    [[320, 180, [241, 253, 247]], [960, 180, [68, 90, 106]], [320, 540, [237, 253, 250]], [960, 540, [64, 90, 114]]],
  ],
  [
    'heic-iden-derivation-refused-MIAF007.heic', '360x640',
    [[90, 160, [250, 255, 255]], [270, 160, [248, 255, 255]], [90, 480, [48, 67, 76]], [270, 480, [91, 110, 119]]],
  ],
];

for (const [name, size, places] of WRONG) {
  testCorpus(`${name} is ${size}`, async () => {
    const bytes = readWrong(name)!;
    const made = await make(bytes);
    expect(made.size).toBe(size);
    const { data, width, channels } = made.pixels;
    for (const [x, y, color] of places) {
      const found = [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
      expect({ x, y, found, isNear: found.every((value, i) => Math.abs(value - color[i]) <= 3) }).toEqual({
        x,
        y,
        found,
        isNear: true,
      });
    }
  });
}

testCorpus('avif-mif3-mini-type-mismatch.avif has its colours and its alpha', async () => {
  const bytes = readWrong('avif-mif3-mini-type-mismatch.avif')!;
  const { size, pixels: { data, channels } } = await make(bytes);
  expect([size, channels]).toEqual(['256x256', 4]);
  // The samples of its alpha image: most are 0 or 1, and some 500 are 255.
  const counts = [0, 1, 255].map(
    value => Array.from({ length: 256 * 256 }, (_, i) => data[4 * i + 3]).filter(alpha => alpha === value).length,
  );
  expect(counts).toEqual([24526, 36099, 503]);
});
