import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { readWrong } from '../../../support/corpus';
import { REQUIREMENTS, testIfMet } from '../../../support/requirements';
import { openDecoderPool } from '../support/decoder-build';
import { buildJob, readPixel, type Pixels, readPixels, variant } from '../support/pipeline-samples';

jest.setTimeout(120_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

/**
 * Pixels at half the height, at these eighths of the width, as Chromium 156 shows them on an sRGB screen. Chromium
 * shows no HEIC, so those are the pixels of the AVIF twin.
 */
const SHOWN: Readonly<Record<string, Readonly<Record<number, readonly number[]>>>> = {
  'png16-rgb-with-srgb-profile.png': { 4: [255, 0, 0] },
  'png16-icc-srgb-wrong-colours.png': { 1: [0, 0, 255], 5: [200, 120, 60] },
  'png16-icc-p3-not-converted.png': { 1: [0, 0, 255], 5: [213, 115, 42] },
  'avif10-icc-srgb-wrong-colours.avif': { 1: [0, 1, 253], 5: [200, 120, 59] },
  'avif-nclx-p3-sdr-not-converted.avif': { 1: [0, 1, 255], 5: [213, 115, 41] },
  'heic-nclx-p3-sdr-not-converted.heic': { 1: [0, 1, 255], 5: [213, 115, 41] },
  'avif-nclx-bt2020-pq.avif': { 4: [0, 255, 0] },
  'avif-nclx-p3-pq-washed-out.avif': { 1: [255, 40, 14], 3: [247, 127, 19], 5: [173, 222, 22], 7: [97, 255, 19] },
  'png-gamma-1.0.png': { 4: [137, 137, 137] },
  'png-cicp-p3.png': { 4: [89, 203, 2] },
  'png-cicp-pq-ignored.png': { 1: [0, 138, 0], 3: [0, 67, 255], 5: [251, 104, 105], 7: [255, 0, 0] },
  'avif-monochrome-limited-range-flat.avif': { 1: [31, 31, 31], 3: [101, 101, 101], 5: [54, 54, 54], 7: [51, 51, 51] },
};

async function made(bytes: Buffer): Promise<Pixels> {
  const { variants: [{ bytes: png }] } = await pool.decode(buildJob(bytes, [variant(2000, ['png'])]));
  return readPixels(png);
}

for (const [name, places] of Object.entries(SHOWN)) {
  const bytes = readWrong(name);
  testIfMet(REQUIREMENTS.corpus)(`${name} looks as in Chromium`, async () => {
    const pixels = await made(bytes!);
    for (const [eighths, color] of Object.entries(places)) {
      const pixel = readPixel(pixels, Math.floor(pixels.width * Number(eighths) / 8), Math.floor(pixels.height / 2));
      const largest = Math.max(...color.map((value, i) => Math.abs(value - pixel[i])));
      expect({ eighths, pixel, largest: largest <= 3 }).toEqual({ eighths, pixel, largest: true });
    }
  });
}

const monochrome = readWrong('avif-monochrome-limited-range-flat.avif');
testIfMet(REQUIREMENTS.corpus)('a grey AVIF of the narrow range reaches black and white', async () => {
  const { data } = await made(monochrome!);
  expect([data.reduce((
    least, value,
  ) => Math.min(least, value), 255), data.reduce((most, value) => Math.max(most, value), 0)]).toEqual([0, 255]);
});
