import { ImageClient } from './client';
import { describeSkippedFiles, listImageFiles } from './folder';
import { runAll, type ImageRun } from './journey';
import { DEFAULT_COUNT, HELP, type Options, readOptions } from './options';
import type { ImageFile } from './picture';
import { runInParallel } from './pool';
import { type Progress, createProgress } from './progress';
import { listFailures, renderReport, listUrls } from './report';
import { makeSample } from './samples';
import { SHOWCASE_SIZE } from './samples/showcase';
import { findService } from './service';
import { SHEET_ROWS, writeSheet } from './sheet';
import { showError } from '../terminal';

/** Waves look alike: a few of them show as much as many. */
const WAVES_SHOWN = 6;

async function collectFiles({ folder, count }: Options, progress: Progress): Promise<ImageFile[]> {
  if (folder === undefined) return generateFiles(count ?? DEFAULT_COUNT, progress);
  const pictures = await listImageFiles(folder, count);
  const others = await describeSkippedFiles(folder);
  if (others !== undefined) console.log(others);
  return pictures;
}

async function generateFiles(count: number, progress: Progress): Promise<ImageFile[]> {
  const pictures: ImageFile[] = [];
  const numbers = Array.from({ length: count }, (_, n) => n);
  await progress.step('make', count, async advance => runInParallel(numbers, 2, async n => {
    pictures[n] = await makeSample(n);
    advance();
  }));
  return pictures;
}

/** Whether everything went well. */
async function runDemo(options: Options): Promise<boolean> {
  const progress = createProgress(process.stdout);
  const pictures = await collectFiles(options, progress);
  const service = await findService(options);
  try {
    console.log(`${pictures.length} images go to ${service.about}`);
    const client = new ImageClient({ url: service.url, user: options.user });
    const start = performance.now();
    const most = options.folder === undefined ? SHOWCASE_SIZE + WAVES_SHOWN : SHEET_ROWS;
    const journey = await runAll(pictures, { ...options, client, progress, shown: most });
    const seconds = (performance.now() - start) / 1000;
    const rows = await writeSheet(options.sheet, journey.images, most);
    console.log(`\n${renderReport(journey, seconds)}`);
    console.log(`\nSee what came of them: ${options.sheet}${rows < pictures.length ? ` (the first ${rows} of ${pictures.length})` : ''}`);
    showUrls(journey.images, options.keep);
    if (options.keep) await service.waitForStop();
    return listFailures(journey).length === 0;
  } finally {
    await service.close();
  }
}

/** The first image is deleted, whatever is kept. */
function showUrls(trips: readonly ImageRun[], keep: boolean): void {
  const urls = listUrls(keep ? trips.slice(1) : trips);
  if (urls.length === 0) return;
  const what = keep ? 'Signed URLs, good until their signatures end' : 'Signed URLs, of images that are deleted again: with --keep they open in a browser';
  console.log(`\n${what}; each browser gets the best format that it shows:\n${urls.join('\n')}`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else if (!await runDemo(options)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  showError(error, 'npm run demo');
  process.exitCode = 1;
});
