import { ImageClient } from './client';
import { picturesIn } from './folder';
import { travel, type Trip } from './journey';
import { DEFAULT_COUNT, HELP, type Options, readOptions } from './options';
import type { Picture } from './picture';
import { inParallel } from './pool';
import { type Progress, progressOn } from './progress';
import { failuresOf, report, urlsToOpen } from './report';
import { makePicture } from './samples';
import { findService } from './service';
import { SHEET_ROWS, writeSheet } from './sheet';
import { showError } from '../terminal';

async function picturesFor({ folder, count }: Options, progress: Progress): Promise<Picture[]> {
  return folder === undefined ? makePictures(count ?? DEFAULT_COUNT, progress) : picturesIn(folder, count);
}

async function makePictures(count: number, progress: Progress): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const numbers = Array.from({ length: count }, (_, n) => n);
  await progress.step('make', count, async advance => inParallel(numbers, 2, async n => {
    pictures[n] = await makePicture(n);
    advance();
  }));
  return pictures;
}

/** Whether everything went well. */
async function demo(options: Options): Promise<boolean> {
  const progress = progressOn(process.stdout);
  const pictures = await picturesFor(options, progress);
  const service = await findService(options);
  try {
    console.log(`${pictures.length} images go to ${service.about}`);
    const client = new ImageClient({ url: service.url, user: options.user });
    const start = performance.now();
    const journey = await travel(pictures, { ...options, client, progress, shown: SHEET_ROWS });
    const seconds = (performance.now() - start) / 1000;
    const rows = await writeSheet(options.sheet, journey.trips);
    console.log(`\n${report(journey, seconds)}`);
    console.log(`\nSee what came of them: ${options.sheet}${rows < pictures.length ? ` (the first ${rows} of ${pictures.length})` : ''}`);
    showUrls(journey.trips, options.keep);
    if (options.keep) await service.stay();
    return failuresOf(journey).length === 0;
  } finally {
    await service.leave();
  }
}

/** The first image is deleted, whatever is kept. */
function showUrls(trips: readonly Trip[], keep: boolean): void {
  const urls = urlsToOpen(keep ? trips.slice(1) : trips);
  if (urls.length === 0) return;
  const what = keep ? 'Signed URLs, good until their signatures end' : 'Signed URLs, of images that are deleted again: with --keep they open in a browser';
  console.log(`\n${what}; each browser gets the best format that it shows:\n${urls.join('\n')}`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else if (!await demo(options)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  showError(error, 'npm run demo');
  process.exitCode = 1;
});
