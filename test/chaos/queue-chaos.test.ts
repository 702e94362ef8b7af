import { BATCH, ChaosQueue, createEvent } from './chaos-queue';
import { CountedImaging, pictures } from './pictures';
import { Service, USER } from './service';
import { deleteImage } from '../../lambda/domain/delete-image';
import { processUpload } from '../../lambda/domain/process-upload';
import type { DecoderPool } from '../../lambda/imaging/decoder/pool';
import { processBatch } from '../../lambda/runtime/upload-batch';
import { runInParallel } from '../../local/demo/pool';
import { LOCAL } from '../../local/names';
import { METRICS, QUEUE } from '../../src/contract';
import { Random } from '../crash/random';
import { openDecoderPool } from '../lambda/imaging/support/decoder-build';

const { CHAOS_SEED, CHAOS_IMAGES } = process.env;
const seed = CHAOS_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(CHAOS_SEED);
/** Set the variable to 2,000 for a run of two minutes of processor time. */
const images = Number(CHAOS_IMAGES ?? 500);
const WORKERS = 4;
const CLIENTS = 8;
/** Effects that are counted once for each image. */
const EFFECTS = [
  METRICS.UPLOADS_STARTED, METRICS.IMAGES_CONFIRMED, METRICS.IMAGES_PROCESSED, METRICS.IMAGES_REJECTED,
  METRICS.IMAGES_DELETED, METRICS.IMAGES_FAILED,
];
/** Every 20th image is really decoded; the variants of the others are made up. */
const EVERY = 20;

const random = new Random(seed);
const queue = new ChaosQueue(random);
let pool: DecoderPool;
let imaging: CountedImaging;
let service: Service;

openDecoderPool(opened => { pool = opened; });
beforeAll(async () => {
  imaging = new CountedImaging(pool, EVERY);
  service = await Service.start({ imaging: imaging.port, queue, onUpload: queue.onUpload });
}, 60_000);
afterAll(async () => service.close());

/** Workers take batches until the queue is empty, or until a stop. */
async function work(isOver: () => boolean = () => true): Promise<void> {
  await Promise.all(Array.from({ length: WORKERS }, async () => {
    for (;;) {
      const messages = queue.take();
      if (messages.length === 0 && isOver()) return;
      if (messages.length === 0) await new Promise(resolve => { setTimeout(resolve, 20); });
      else await workOffBatch(messages);
    }
  }));
}

async function workOffBatch(messages: ReturnType<ChaosQueue['take']>): Promise<void> {
  const { batchItemFailures } = await processBatch(createEvent(messages), {
    bucket: LOCAL.BUCKET,
    maxReceives: QUEUE.MAX_RECEIVES,
    longestMs: 0,
    hiddenMs: 0,
    timeoutMs: 0,
    remainingMs: () => 1,
    logger: service.deps.logger,
    giveBack: async () => undefined,
    process: ({ object_key: key, remake }, isLast) => processUpload(service.deps, key, isLast, remake),
  });
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  queue.giveBack(messages.filter(({ id }) => failed.has(id)));
}

test(`${images} images end and have each effect once, though messages are dropped, repeated and mixed`, async () => {
  process.stdout.write(`queue chaos: CHAOS_SEED=${seed} CHAOS_IMAGES=${images} (batches of ${BATCH})\n`);
  const { good, corrupt } = await pictures();
  const kinds = new Map<string, 'good' | 'corrupt' | 'deleted'>();
  let uploading = true;
  const uploads = runInParallel(Array.from({ length: images }, (_, n) => n), CLIENTS, async n => {
    const kind = n % 20 === 7 ? 'corrupt' : n % 20 === 13 ? 'deleted' : 'good';
    const id = await service.upload(kind === 'corrupt' ? corrupt(n) : good(n), 'image/png', random.isHit(0.5));
    kinds.set(id, kind);
    if (kind === 'deleted') await deleteImage(service.deps, USER, id);
  }).finally(() => { uploading = false; });
  await Promise.all([uploads, work(() => !uploading)]);
  await service.settle(work);

  const ends: Record<string, Record<string, number>> = { good: {}, corrupt: {}, deleted: {} };
  for (const [id, kind] of kinds) {
    const { status } = await service.row(id);
    ends[kind][status] = (ends[kind][status] ?? 0) + 1;
  }
  const [corrupted, deleted] = [ends.corrupt.rejected, ends.deleted.deleted];
  const isTwentieth = images / 20;
  expect(ends).toEqual({
    good: { ready: images - 2 * isTwentieth },
    corrupt: { rejected: isTwentieth },
    deleted: { deleted: isTwentieth },
  });
  expect([...imaging.made.values()].filter(times => times > 1)).toEqual([]);
  // A deleted image may have been confirmed or processed before: the writes say how many were.
  const [processing, ready, rejected, deleting] = (['processing', 'ready', 'rejected', 'deleting'] as const).map(
    status => service.written(status),
  );
  expect([processing, ready, rejected, deleting].flatMap(({ again }) => again)).toEqual([]);
  expect([ready.images >= ends.good.ready, rejected.images, deleting.images]).toEqual([true, corrupted, deleted]);
  expect(Object.fromEntries(EFFECTS.map(metric => [metric, service.counted.get(metric)]))).toEqual({
    [METRICS.UPLOADS_STARTED]: images,
    [METRICS.IMAGES_CONFIRMED]: processing.images,
    [METRICS.IMAGES_PROCESSED]: ready.images,
    [METRICS.IMAGES_REJECTED]: rejected.images,
    [METRICS.IMAGES_DELETED]: deleting.images,
    [METRICS.IMAGES_FAILED]: undefined,
  });
  expect(queue.givenUp).toEqual([]);
  expect(await service.findings()).toBe('');
  expect(await service.eventFaults()).toEqual([]);
  const { delivered } = service.events;
  const distinct = new Set(delivered.map(({ event_id: id }) => id)).size;
  expect(distinct).toBe(ready.images + rejected.images + deleting.images);
  // The checks above prove nothing if the queue and the bus lost and repeated too little.
  expect([queue.dropped / images > 0.05, queue.duplicated / images > 0.1]).toEqual([true, true]);
  expect(delivered.length).toBeGreaterThan(1.05 * distinct);
}, 900_000);
