import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { bundleSampler } from '../bundles';
import { DecoderChild } from './decoder-child';
import { requireAtMost, type Figure, buildFigure } from '../figures';
import { forgetPeak, readPeakMiB, readResidentMiB } from './peak-memory';
import { FORMATS, type ImagingTask, type LossyFormat, SIDES, defineVariant } from './task';
import { readHeader } from '../../../lambda/imaging/headers';
import type { ImageJob } from '../../../lambda/imaging/pipeline/job';
import { locateTwelveMegapixels } from '../pictures/photos';
import { computeMedian, showProgress } from '../rounds';

const run = promisify(execFile);

/** A decoder processes this many images in its life. */
const IMAGES = 200;
/** Enough to measure the memory per image: the memory of a naive process keeps growing. */
const FEW_IMAGES = 5;
/**
 * Skips the first images, because they grow the heaps. Then the next `COMPARED` images are compared with the last ones.
 */
const SETTLING = 10;
const COMPARED = 50;
const FLAT_MIB = 5;
/** Prints a dot every few seconds. */
const IMAGES_PER_DOT = 5;

function createJob(bytes: Buffer, formats: readonly LossyFormat[]): ImageJob {
  const renditions = SIDES.flatMap(side => formats.map(format => ({ variant: String(side), format })));
  return {
    bytes,
    header: readHeader(bytes, 'image/jpeg'),
    variants: SIDES.map(side => defineVariant(side, formats)),
    renditions,
  };
}

/** For each image, the decoder's peak memory above its memory before the first image. */
async function measureOurPeaks(formats: readonly LossyFormat[], images: number): Promise<number[]> {
  const child = new DecoderChild();
  try {
    await child.waitUntilReady();
    await child.decode(createJob(
      await sharp({ create: { width: 320, height: 240, channels: 3, background: '#336699' } }).jpeg().toBuffer(),
      formats,
    ));
    const base = readResidentMiB(child.pid);
    const job = createJob(readFileSync(locateTwelveMegapixels()), formats);
    const peaks: number[] = [];
    for (let image = 0; image < images; image++) {
      forgetPeak(child.pid);
      await child.decode(job);
      peaks.push(readPeakMiB(child.pid) - base);
      if (image % IMAGES_PER_DOT === 0) showProgress();
    }
    return peaks;
  } finally {
    child.end();
  }
}

async function measureNaivePeaks(formats: readonly LossyFormat[]): Promise<number[]> {
  const task: ImagingTask = { how: 'naive', photo: locateTwelveMegapixels(), sides: SIDES, formats };
  const { stderr } = await run(
    process.execPath, [await bundleSampler('naive-memory'), JSON.stringify(task), String(FEW_IMAGES)], { env: {} },
  );
  return JSON.parse(stderr) as number[];
}

/** P5: peak resident memory while one photo of twelve megapixels becomes its variants. */
export async function measureMemory(): Promise<Figure[]> {
  if (process.platform !== 'linux') return [buildFigure('P5: memory', 'is measured on Linux only')];
  const ours = Math.max(...await measureOurPeaks(FORMATS, FEW_IMAGES));
  const naive = Math.max(...await measureNaivePeaks(FORMATS));
  const life = await measureOurPeaks(['webp'], IMAGES);
  const [first, last] = [life.slice(SETTLING, SETTLING + COMPARED), life.slice(-COMPARED)].map(computeMedian);
  return [
    buildFigure(
      '12 MP to 3 formats × 4, peak above base',
      `${formatMebibytes(ours)} against ${formatMebibytes(naive)} over ${FEW_IMAGES} images`,
    ),
    requireAtMost('P5: peak against naive', ours / naive, 0.2, ratio => `${ratio.toFixed(2)} ×`),
    buildFigure('12 MP to WebP × 4, peak above base', `${formatMebibytes(Math.max(...life))} over ${IMAGES} images`),
    requireAtMost(`P5: growth over them, first ${COMPARED} to last`, last - first, FLAT_MIB, formatMebibytes),
  ];
}

function formatMebibytes(value: number): string {
  return `${value.toFixed(1)} MiB`;
}
