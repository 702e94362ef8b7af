import sharp from 'sharp';
import { checkCost } from '../../../../lambda/imaging/check-limits';
import { estimateCpuMs } from '../../../../lambda/imaging/cost';
import type { Header } from '../../../../lambda/imaging/header';
import { createImaging } from '../../../../lambda/imaging/make-variants';
import type { ImageJob } from '../../../../lambda/imaging/pipeline/job';
import { plan } from '../../../../lambda/imaging/pipeline/plan';
import { processImage } from '../../../../lambda/imaging/pipeline/process-image';
import { sniff } from '../../../../lambda/imaging/sniff';
import { IMAGE_LIMITS, type VariantDefinition } from '../../../../src/contract';
import { bombNames, isCorpusReal, readBomb } from '../../../support/corpus';
import { writeGif } from '../support/animated-gif';
import { buildJob, CORPUS, variant } from '../support/pipeline-samples';
import { readRejection } from '../support/read';

jest.setTimeout(120_000);

// The package is an ES module, which jest does not load. It takes a millisecond.
jest.mock('thumbhash', () => ({ rgbaToThumbHash: () => new Uint8Array(5) }), { virtual: true });

// The pipeline blocks all other loaders of its process, and the next test file may run in the same one.
afterAll(() => sharp.unblock({ operation: ['VipsForeignLoad'] }));

const VARIANTS = [320, 640, 1280, 2048].map(width => variant(width, ['avif', 'webp', 'jpeg'], { animated: true }));

const estimate = (job: ImageJob): number =>
  estimateCpuMs(job.header, plan(job, { ...job.header, animated: job.header.frames > 1 }));

async function measure(job: ImageJob): Promise<number> {
  const before = process.cpuUsage();
  await processImage(job);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** No change after the first frame, or no drawing at all. */
function cheapGif(side: number, frames: number, transparent?: number): Buffer {
  const dot = { x: 0, y: 0, width: 1, height: 1, pixels: [0], delay: 5, transparent };
  const whole = { ...dot, width: side, height: side, pixels: Array<number>(side * side).fill(0) };
  const first = transparent === undefined ? whole : dot;
  return writeGif({
    width: side,
    height: side,
    palette: [[255, 0, 0], [0, 0, 255]],
    frames: [first, ...Array<typeof dot>(frames - 1).fill(dot)],
  });
}

const moving = (...widths: number[]): VariantDefinition[] =>
  widths.map(width => variant(width, ['webp'], { animated: true }));

describe('the estimated CPU time', () => {
  test.each([
    ['an animation without changes, in its size', () => buildJob(cheapGif(400, 300), moving(400))],
    ['an animation without changes, in three sizes', () => buildJob(cheapGif(400, 300), moving(400, 200, 20))],
    ['an animation of transparent frames', () => buildJob(cheapGif(400, 300, 0), moving(400, 20))],
    ...bombNames().filter(name => /prog_7000x7000_(50|99)scans/.test(name)).map(
      (name): [string, () => ImageJob] => [name, () => buildJob(readBomb(name), [variant(320, ['jpeg'])])],
    ),
  ])('is less than the cheapest files take: %s', async (name, make) => {
    const job = make();
    const [estimated, measured] = [estimate(job), await measure(job)];
    console.info(
      `CPU time of ${name}: at least ${estimated.toFixed(0)} ms estimated, ${measured.toFixed(0)} ms measured`,
    );
    expect(estimated).toBeGreaterThan(measured / 50);
    expect(estimated).toBeLessThan(measured);
  });

  test('is 0 for stills of usual encoders', () => {
    const header: Header = { type: 'image/jpeg', width: 8192, height: 6144, frames: 1, pixels: 8192 * 6144, scans: 10 };
    expect(estimateCpuMs(header, [])).toBe(0);
  });

  test('counts variants of one size once, and stills not at all', () => {
    const gif = cheapGif(40, 10);
    expect(estimate(buildJob(gif, moving(40, 80, 160)))).toBe(estimate(buildJob(gif, moving(40))));
    expect(estimate(buildJob(gif, [variant(40, ['webp'])]))).toBe(0);
  });

  test('is a tenth of the limit at most for all that must be accepted', async () => {
    const accepted = CORPUS.filter(({ verdict, bytes }) => verdict === 'must_accept' && sniff(bytes()));
    const costly = accepted.filter(
      ({ bytes }) => estimate(buildJob(bytes(), VARIANTS)) > 100 * IMAGE_LIMITS.decodeSeconds,
    );
    expect([accepted.length > (isCorpusReal ? 300 : 60), costly.map(({ name }) => name)]).toEqual([true, []]);
  });

  test('lets pass all animations within the limits, as they may be made in time', () => {
    const header: Header = {
      type: 'image/gif',
      width: 547,
      height: 548,
      frames: 500,
      pixels: 547 * 548 * 500,
      scans: 1,
    };
    const job = { bytes: Buffer.alloc(0), header, variants: VARIANTS };
    expect(readRejection(() => checkCost(header, plan(job, { ...header, animated: true }), IMAGE_LIMITS)))
      .toBeUndefined();
  });
});

describe('an image that certainly takes longer than a decoder may', () => {
  test('is rejected without one, in words that name the estimate, the limit and the way out', async () => {
    const decode = jest.fn();
    const { inspect, make } = createImaging({
      variants: VARIANTS,
      limits: { ...IMAGE_LIMITS, decodeSeconds: 0.05 },
      decoders: { decode },
    });
    const gif = cheapGif(400, 300);
    const { header } = inspect(gif, 'image/gif') as { header: Header };
    const message = 'The image has 400 × 400 pixels in 300 frames, which take at least 0.1 seconds to process. At most 0.05 are accepted. '
      + 'The service does not keep rejected originals: upload a smaller copy.';
    // (1.3 + 1.8) ms for each of 48 megapixels in full size, and less for 320 pixels: half of 149 and 90 ms.
    expect(await make(gif, header, VARIANTS)).toMatchObject({ rejection: { code: 'RESOURCE_LIMIT', message } });
    expect(decode).not.toHaveBeenCalled();
  });

  test('is one for its scans too', () => {
    const header: Header = {
      type: 'image/jpeg',
      width: 20_000,
      height: 10_000,
      frames: 1,
      pixels: 2e8,
      scans: 90,
      scanWork: { blocks: 90 * 3_125_000, refined: 39 * 63 * 3_125_000 },
    };
    // Half of 90 × 3.125 million blocks × 4.2 ns, and 39 × 63 × 3.125 million coefficients × 0.9 ns.
    expect(estimateCpuMs(header, [])).toBeCloseTo(590.6 + 3455.2, 0);
    const message = 'The image has 20000 × 10000 pixels in 90 scans, which take at least 4.0 seconds to process. At most 3 are accepted. '
      + 'The service does not keep rejected originals: upload a smaller copy.';
    expect(readRejection(() => checkCost(header, [], { ...IMAGE_LIMITS, decodeSeconds: 3 }))).toMatchObject({
      code: 'RESOURCE_LIMIT',
      message,
    });
    expect(readRejection(() => checkCost(header, [], IMAGE_LIMITS))).toBeUndefined();
  });

  test('keeps its on-demand variants if they alone take less', async () => {
    const decode = jest.fn(async () => { throw new Error('a decoder was asked'); });
    const { inspect, make } = createImaging({
      variants: VARIANTS,
      limits: { ...IMAGE_LIMITS, decodeSeconds: 0.05 },
      decoders: { decode },
    });
    const gif = cheapGif(400, 300);
    const { header } = inspect(gif, 'image/gif') as { header: Header };
    await expect(make(gif, header, VARIANTS.slice(0, 1), 'jpeg')).rejects.toThrow('a decoder was asked');
  });
});
