import { ImageClient } from './client';
import { describeSkippedFiles, listImageFiles } from './folder';
import type { ImageFile } from './image-file';
import { DEFAULT_COUNT, HELP, type Options, readOptions } from './options';
import { runInParallel } from './pool';
import { type Progress, createProgress } from './progress';
import { listFailures, renderReport, listUrls } from './report';
import { runAll, type ImageRun } from './run';
import { makeSample } from './samples';
import { SHOWCASE_SIZE } from './samples/showcase';
import { findService } from './service';
import { SHEET_ROWS, writeSheet } from './sheet';
import { showError } from '../terminal';

/** Wave images look alike, so the sheet shows a few. */
const WAVES_SHOWN = 6;

async function collectFiles({ folder, count }: Options, progress: Progress): Promise<ImageFile[]> {
  if (folder === undefined) return generateFiles(count ?? DEFAULT_COUNT, progress);
  const files = await listImageFiles(folder, count);
  const others = await describeSkippedFiles(folder);
  if (others !== undefined) console.log(others);
  return files;
}

async function generateFiles(count: number, progress: Progress): Promise<ImageFile[]> {
  const files: ImageFile[] = [];
  const numbers = Array.from({ length: count }, (_, n) => n);
  await progress.step('make', count, async advance => runInParallel(numbers, 2, async n => {
    files[n] = await makeSample(n);
    advance();
  }));
  return files;
}

/** Returns whether every step succeeded. */
async function runDemo(options: Options): Promise<boolean> {
  const progress = createProgress(process.stdout);
  const files = await collectFiles(options, progress);
  const service = await findService(options);
  try {
    console.log(`Uploading ${files.length} ${files.length === 1 ? 'image' : 'images'} to ${service.about}`);
    const client = new ImageClient({ url: service.url, user: options.user });
    const start = performance.now();
    const most = options.folder === undefined ? SHOWCASE_SIZE + WAVES_SHOWN : SHEET_ROWS;
    const run = await runAll(files, { ...options, client, progress, shown: most });
    const seconds = (performance.now() - start) / 1000;
    const rows = await writeSheet(options.sheet, run.images, most);
    console.log(`\n${renderReport(run, seconds)}`);
    console.log(
      `\nContact sheet of originals and variants: ${options.sheet}${rows < files.length ? ` (the first ${rows} of ${files.length})` : ''}`,
    );
    showUrls(run.images, options.keep);
    if (options.keep) await service.waitForStop();
    return listFailures(run).length === 0;
  } finally {
    await service.close();
  }
}

/** The first image is deleted even with --keep. */
function showUrls(runs: readonly ImageRun[], keep: boolean): void {
  const urls = listUrls(keep ? runs.slice(1) : runs);
  if (urls.length === 0) return;
  const heading = keep
    ? 'Signed URLs to open in a browser until they expire'
    : 'Signed URLs of the deleted images; run with --keep to open them in a browser';
  console.log(`\n${heading} (each browser gets the best format that it supports):\n${urls.join('\n')}`);
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
