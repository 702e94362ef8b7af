import { setTimeout as pause } from 'node:timers/promises';
import { atMost, type Benchmark, type Figure, informs } from './support/figures';
import { heavyGif } from './support/heavy-gif';
import { median, quantile, showProgress } from './support/rounds';
import { startServerProcess } from './support/server-process';
import { ImageClient } from '../local/demo/client';
import type { Picture } from '../local/demo/picture';
import { inParallel } from '../local/demo/pool';

const SAMPLES = 20;
const HEAVY = 50;
const SENDERS = 2;
/** Samples are spread over the work on some heavy files. */
const PAUSE_MS = 500;
/** Done when 2. */
const GOAL_RATIO = 2;
const POLL_MS = 20;

/** One pixel takes almost no work, so the measured time is waiting time. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
const SMALL: Picture = { name: 'pixel.png', contentType: 'image/png', size: PIXEL.length, read: async () => PIXEL };

async function send(client: ImageClient, picture: Picture): Promise<string> {
  const { image_id: id, upload } = await client.create(picture);
  await client.upload(upload, await picture.read());
  await client.confirm(id);
  return id;
}

async function statusOf(client: ImageClient, id: string): Promise<string> {
  return (await client.get(id)).status;
}

/** From the create to `ready`. */
async function timeToReady(client: ImageClient): Promise<number> {
  const start = performance.now();
  const id = await send(client, SMALL);
  for (;;) {
    const status = await statusOf(client, id);
    if (status === 'ready') break;
    if (status !== 'pending' && status !== 'processing') throw new Error(`the small image must become ready, got: ${status}`);
    await pause(POLL_MS);
  }
  return performance.now() - start;
}

async function sample(client: ImageClient, isOver: (times: readonly number[]) => boolean = ({ length }) => length >= SAMPLES): Promise<number[]> {
  const times: number[] = [];
  while (!isOver(times)) {
    times.push(await timeToReady(client));
    showProgress();
    await pause(PAUSE_MS);
  }
  return times;
}

async function makeNoise(client: ImageClient, pictureOf: (n: number) => Picture): Promise<string[]> {
  const ids: string[] = [];
  await inParallel(Array.from({ length: HEAVY }, (_, n) => n), SENDERS, async n => void ids.push(await send(client, pictureOf(n))));
  return ids;
}

async function measure(url: string): Promise<Figure[]> {
  const heavy = await heavyGif();
  const quiet = new ImageClient({ url, user: 'quiet' });
  const noisy = new ImageClient({ url, user: 'noisy' });
  await timeToReady(quiet);
  const alone = await sample(quiet);
  // On AWS the bytes of the other user go to S3, here through the one process that serves both: these samples say more about that than about workers.
  let isSent = false;
  const sending = makeNoise(noisy, heavy).finally(() => { isSent = true; });
  const whileSent = await sample(quiet, () => isSent);
  const noise = await sending;
  const beside = await sample(quiet);
  const waiting = await Promise.all(noise.map(async id => statusOf(noisy, id)));
  const left = waiting.filter(status => status === 'pending' || status === 'processing').length;
  // Without work left the noise was over before the last sample.
  if (left === 0) throw new Error('the noisy user must have uploads in work after the last sample, got: none');
  return [
    atMost('small PNG to ready, beside 50 heavy GIFs of another user, against alone', median(beside) / median(alone), GOAL_RATIO, ratio => `${ratio.toFixed(2)} ×`),
    informs('alone: median / longest', shown(alone)),
    informs('beside: median / longest', shown(beside)),
    informs('beside, while the GIFs are still sent: median / longest', `${shown(whileSent)} (${whileSent.length} samples)`),
    informs('heavy GIFs not done after the last sample', `${left} of ${HEAVY}, ${(heavy(0).size / 2 ** 20).toFixed(1)} MiB each`),
  ];
}

function shown(times: readonly number[]): string {
  return `${median(times).toFixed(0)} / ${quantile(times, 1).toFixed(0)} ms`;
}

async function run(): Promise<Figure[]> {
  const server = await startServerProcess();
  try {
    return await measure(server.url);
  } finally {
    await server.stop();
  }
}

export const benchmark: Benchmark = { about: 'A small image of one user while workers process 50 heavy files of another', run };
