import { setTimeout as pause } from 'node:timers/promises';
import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { startServerProcess } from './support/load/server-process';
import { createHeavyGif } from './support/pictures/heavy-gif';
import { computeMedian, computeQuantile, showProgress } from './support/rounds';
import { ImageClient } from '../local/demo/client';
import type { ImageFile } from '../local/demo/image-file';

const SAMPLES = 20;
const HEAVY = 50;
/** Spreads the samples over the work on some heavy files. */
const PAUSE_MS = 500;
/** Done when 2. */
const GOAL_RATIO = 2;
const POLL_MS = 20;
const SETTLE_POLL_MS = 2_000;

/** One pixel takes almost no work, so the measured time is waiting time. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64',
);
const SMALL: ImageFile = { name: 'pixel.png', contentType: 'image/png', size: PIXEL.length, read: async () => PIXEL };

async function send(client: ImageClient, picture: ImageFile): Promise<string> {
  const { image_id: id, upload } = await client.create(picture);
  await client.upload(upload, await picture.read());
  await client.confirm(id);
  return id;
}

async function fetchStatus(client: ImageClient, id: string): Promise<string> {
  return (await client.get(id)).status;
}

/** Time from the create to `ready`. */
async function timeToReady(client: ImageClient): Promise<number> {
  const start = performance.now();
  const id = await send(client, SMALL);
  for (;;) {
    const status = await fetchStatus(client, id);
    if (status === 'ready') break;
    if (status !== 'pending' && status !== 'processing') {
      throw new Error(`the small image must become ready, got: ${status}`);
    }
    await pause(POLL_MS);
  }
  return performance.now() - start;
}

async function sample(
  client: ImageClient, isOver: (times: readonly number[]) => boolean = ({ length }) => length >= SAMPLES,
): Promise<number[]> {
  const times: number[] = [];
  while (!isOver(times)) {
    times.push(await timeToReady(client));
    showProgress();
    await pause(PAUSE_MS);
  }
  return times;
}

/** One connection without a pause: faster than any line to S3. */
async function sendHeavyFiles(client: ImageClient, pictureOf: (n: number) => ImageFile): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < HEAVY; n++) ids.push(await send(client, pictureOf(n)));
  return ids;
}

async function countUnfinished(client: ImageClient, ids: readonly string[]): Promise<number> {
  const statuses = await Promise.all(ids.map(async id => fetchStatus(client, id)));
  const unsuccessful = statuses.filter(status => status === 'rejected' || status === 'failed').length;
  // A rejected file is not a heavy file that the service accepts.
  if (unsuccessful > 0) {
    throw new Error(
      `every heavy file must become ready, got: ${unsuccessful} of ${ids.length} rejected or failed; use fewer frames in heavy-gif.ts`,
    );
  }
  return statuses.filter(status => status !== 'ready').length;
}

async function waitUntilReady(client: ImageClient, ids: readonly string[]): Promise<void> {
  while (await countUnfinished(client, ids) > 0) {
    showProgress();
    await pause(SETTLE_POLL_MS);
  }
}

async function measure(url: string): Promise<Figure[]> {
  const heavy = await createHeavyGif();
  const quiet = new ImageClient({ url, user: 'quiet' });
  const noisy = new ImageClient({ url, user: 'noisy' });
  await timeToReady(quiet);
  const alone = await sample(quiet);
  let isSent = false;
  const sending = sendHeavyFiles(noisy, heavy).finally(() => { isSent = true; });
  const whileSent = await sample(quiet, () => isSent);
  const ids = await sending;
  const unfinished = await countUnfinished(noisy, ids);
  const afterSent = await sample(quiet);
  // Without remaining work, the load ended before the last sample.
  if (await countUnfinished(noisy, ids) === 0) {
    throw new Error('the noisy user must have uploads in work after the last sample, got: none');
  }
  await waitUntilReady(noisy, ids);
  const formatRatio = (value: number): string => `${value.toFixed(2)} ×`;
  return [
    requireAtMost(
      'small PNG to ready, while another user sends 50 heavy GIFs, against alone',
      computeMedian(whileSent) / computeMedian(alone),
      GOAL_RATIO,
      formatRatio,
    ),
    requireAtMost(
      'the same after they are sent, while workers process them',
      computeMedian(afterSent) / computeMedian(alone),
      GOAL_RATIO,
      formatRatio,
    ),
    buildFigure('alone: median / longest', formatTimes(alone)),
    buildFigure('while sent: median / longest', `${formatTimes(whileSent)} (${whileSent.length} samples)`),
    buildFigure('after sent: median / longest', formatTimes(afterSent)),
    buildFigure(
      'heavy GIFs in work when the last was sent; all became ready',
      `${unfinished} of ${HEAVY}, ${(heavy(0).size / 2 ** 20).toFixed(1)} MiB each`,
    ),
  ];
}

function formatTimes(times: readonly number[]): string {
  return `${computeMedian(times).toFixed(0)} / ${computeQuantile(times, 1).toFixed(0)} ms`;
}

async function run(): Promise<Figure[]> {
  const server = await startServerProcess();
  try {
    return await measure(server.url);
  } finally {
    await server.stop();
  }
}

export const benchmark: Benchmark = {
  about: 'A small image of one user while another sends 50 of the heaviest accepted files',
  run,
};
