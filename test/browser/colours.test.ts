import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import type { DecoderPool } from '../../lambda/imaging/decoder/pool';
import type { Color, Picture } from '../colour/chart';
import { launch, show } from '../colour/chromium';
import { deltaE } from '../colour/delta-e';
import { openDecoderPool } from '../lambda/imaging/support/decoder-build';
import { buildJob, variant } from '../lambda/imaging/support/pipeline-samples';
import { readWrong } from '../support/corpus';
import { describeIfMet, REQUIREMENTS, testIfMet } from '../support/requirements';

/** Chromium shows no HEIC. */
const FILES = [
  'png16-rgb-with-srgb-profile.png', 'png16-icc-srgb-wrong-colours.png', 'png16-icc-p3-not-converted.png',
  'avif10-icc-srgb-wrong-colours.avif',
  'avif-nclx-p3-sdr-not-converted.avif', 'avif-nclx-bt2020-pq.avif', 'avif-nclx-p3-pq-washed-out.avif',
  'png-gamma-1.0.png', 'png-cicp-p3.png',
  'png-cicp-pq-ignored.png', 'avif-monochrome-limited-range-flat.avif',
];

/** The colours of all pixels, sorted. */
function differences(one: Picture, other: Picture): number[] {
  const color = ({ data, channels }: Picture, pixel: number): Color => {
    const at = pixel * channels;
    return [data[at], data[at + 1], data[at + 2]];
  };
  return Array.from({ length: one.width * one.height }, (_, pixel) => deltaE(color(one, pixel), color(other, pixel)))
    .sort((a, b) => a - b);
}

describeIfMet(REQUIREMENTS.chromium)('Chromium', () => {
  jest.setTimeout(180_000);
  let pool: DecoderPool;
  let browser: Browser;

  openDecoderPool(opened => { pool = opened; });
  beforeAll(async () => { browser = await launch(); });
  afterAll(async () => browser?.close());

  for (const name of FILES) {
    const bytes = readWrong(name);
    testIfMet(REQUIREMENTS.corpus)(`shows ${name} and its variant alike`, async () => {
      const original = await show(browser, bytes!, name.split('.').pop()!);
      const { variants: [made] } = await pool.decode(buildJob(bytes!, [variant(2000, ['png'])]));
      const { data, info } = await sharp(made.bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
      const variantShown = { data, width: info.width, height: info.height, channels: info.channels };
      expect([variantShown.width, variantShown.height]).toEqual([original!.width, original!.height]);
      const sorted = differences(original!, variantShown);
      const [median, most] = [sorted[Math.floor(sorted.length / 2)], sorted[Math.floor(sorted.length * 0.99)]];
      expect({ median, most, isAlike: median <= 0.5 && most <= 2 }).toEqual({ median, most, isAlike: true });
    });
  }
});
