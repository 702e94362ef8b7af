import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Image, ImageClient } from './client';
import type { ImageFile } from './picture';
import { runInParallel } from './pool';
import type { Progress } from './progress';
import { type FetchedVariant, fetchVariants } from './variants';
import { LIMITS } from '../../src/contract';

/** What became of one picture. */
export interface ImageRun {
  readonly file: ImageFile;
  imageId?: string;
  /** Base64 of the SHA-256 of what was sent. */
  digest?: string;
  uploaded: boolean;
  confirmed: boolean;
  tagged: boolean;
  equal: boolean;
  /** From the create to the answer of confirm. */
  uploadMs?: number;
  /** From there on until it was ready, or rejected: the wait for a worker too. */
  processMs?: number;
  /** Once nothing is done to it any more. */
  image?: Image;
  /** Checked; of those that are to be kept. */
  variants?: readonly FetchedVariant[];
  failure?: string;
}

export interface DemoRun {
  readonly images: readonly ImageRun[];
  /** What went wrong with all of them together. */
  readonly failures: readonly string[];
  readonly phases: readonly Phase[];
}

export interface Phase {
  readonly name: string;
  readonly seconds: number;
}

export interface DemoRunOptions {
  readonly client: ImageClient;
  readonly progress: Progress;
  readonly concurrency: number;
  readonly keep: boolean;
  /** How long a list may lag behind, in milliseconds: the contract allows a few seconds. */
  readonly patience?: number;
  /** How many images keep their variants, to be shown. */
  readonly shown?: number;
}

const LIST_PAUSE_MS = 200;
const LOOK_PAUSE_MS = 100;
/** Longer than the service takes to give an image up. */
const PROCESSING_PATIENCE_MS = 15 * 60_000;

/** Takes all pictures through the whole service. What fails is noted with its picture, and the others go on. */
export async function runAll(pictures: readonly ImageFile[], given: DemoRunOptions): Promise<DemoRun> {
  const phases: Phase[] = [];
  const options = { ...given, progress: timeSteps(given.progress, phases) };
  const { client } = options;
  const trips = pictures.map((picture): ImageRun => ({ file: picture, uploaded: false, confirmed: false, tagged: false, equal: false }));
  const tag = `demo-${randomBytes(4).toString('hex')}`;
  await runStep('upload', trips, options, trip => upload(client, trip));
  await runStep('process', trips, options, trip => waitUntilProcessed(client, trip));
  await runStep('tag', trips, options, async trip => {
    await client.tag(trip.imageId!, ['demo', tag]);
    trip.tagged = true;
  });
  const mislisted = await checkList(tag, trips, options);
  const kept = new Set(trips.slice(0, options.shown ?? 0));
  await runStep('variants', trips, options, async trip => {
    const variants = await fetchVariants(client, trip.image!.variants);
    if (kept.has(trip)) trip.variants = variants;
  });
  await runStep('download', trips, options, trip => download(client, trip));
  const undeleted = await deleteImages(tag, trips, options);
  return { images: trips, phases, failures: [...mislisted, ...undeleted] };
}

function timeSteps({ step }: Progress, phases: Phase[]): Progress {
  return {
    step: async (name, total, work) => {
      const start = performance.now();
      try {
        return await step(name, total, work);
      } finally {
        phases.push({ name, seconds: (performance.now() - start) / 1000 });
      }
    },
  };
}

/** One step of every trip that has come so far. */
async function runStep(label: string, trips: readonly ImageRun[], options: DemoRunOptions, work: (trip: ImageRun) => Promise<void>): Promise<void> {
  const { progress, concurrency } = options;
  const going = trips.filter(({ failure }) => failure === undefined);
  await progress.step(label, going.length, async advance => runInParallel(going, concurrency, async trip => {
    await work(trip).then(advance, (error: Error) => { trip.failure = `${label}: ${error.message}`; });
  }));
}

async function upload(client: ImageClient, trip: ImageRun): Promise<void> {
  const bytes = await trip.file.read();
  trip.digest = computeDigest(bytes);
  const start = performance.now();
  const created = await client.create(trip.file, trip.digest);
  trip.imageId = created.image_id;
  await client.upload(created.upload, bytes);
  trip.uploaded = true;
  await client.confirm(created.image_id).catch(async (error: Error) => {
    trip.image = await client.get(created.image_id);
    throw error;
  });
  trip.confirmed = true;
  trip.uploadMs = performance.now() - start;
}

/** Waits for the image; the times are the service's own, since a look now and then tells them late. */
async function waitUntilProcessed(client: ImageClient, trip: ImageRun): Promise<void> {
  for (const until = Date.now() + PROCESSING_PATIENCE_MS; ; await sleep(LOOK_PAUSE_MS)) {
    const image = await client.get(trip.imageId!);
    if (image.status === 'processing' && Date.now() < until) continue;
    trip.image = image;
    trip.processMs = Date.parse(image.updated_at) - Date.parse(image.created_at!);
    if (image.status !== 'ready') throw new Error(explainStatus(image));
    return;
  }
}

function explainStatus({ status, rejection }: Image): string {
  return rejection ? `it is ${status}: ${rejection.code}, ${rejection.message}` : `an image must become ready, got: ${status}`;
}

async function download(client: ImageClient, trip: ImageRun): Promise<void> {
  const bytes = await client.download(trip.imageId!);
  trip.equal = bytes.length === trip.file.size && computeDigest(bytes) === trip.digest;
  if (!trip.equal) throw new Error(`the ${bytes.length} bytes that came back are not the ${trip.file.size} that were sent`);
}

function computeDigest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}

function listTaggedIds(trips: readonly ImageRun[]): string[] {
  return trips.filter(trip => trip.tagged).map(trip => trip.imageId!);
}

/** A step that concerns all images at once: that it breaks off is a failure like others. */
async function runJointStep(label: string, total: number, options: DemoRunOptions, work: (advance: () => void) => Promise<string[]>) {
  const failures = await options.progress.step(label, total, async advance => work(advance).catch((error: Error) => [error.message]));
  return failures.map(failure => `${label}: ${failure}`);
}

/** The tag's list must hold each tagged image once, and nothing else. */
async function checkList(tag: string, trips: readonly ImageRun[], options: DemoRunOptions): Promise<string[]> {
  const tagged = listTaggedIds(trips);
  return runJointStep('list', tagged.length, options, async advance => {
    const ids = await listUntilComplete(options, tag, tagged.length);
    tagged.forEach(advance);
    const isExact = new Set(ids).size === ids.length && isSameSet(ids, tagged);
    return isExact ? [] : [`the tag ${tag} must list exactly the ${tagged.length} images that have it, got: ${ids.length} ids`];
  });
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join() === [...others].sort().join();
}

async function listUntilComplete({ client, patience = 10_000 }: DemoRunOptions, tag: string, expected: number): Promise<string[]> {
  for (const until = Date.now() + patience; ; await sleep(LIST_PAUSE_MS)) {
    const ids = await client.list(tag);
    if (ids.length === expected || Date.now() >= until) return ids;
  }
}

/** Deletes one image by itself, and the others in lots unless they are to be kept. What is deleted answers 404. */
async function deleteImages(tag: string, trips: readonly ImageRun[], options: DemoRunOptions): Promise<string[]> {
  const { client, keep } = options;
  const [first, ...others] = trips.flatMap(({ imageId }) => imageId ?? []);
  if (first === undefined) return [];
  const rest = keep ? [] : others;
  return runJointStep('delete', 1 + rest.length, options, async advance => {
    await client.delete(first);
    advance();
    const status = await client.fetchStatus(first);
    const refused = await deleteBatches(client, rest, advance);
    const kept = keep ? listTaggedIds(trips).filter(id => id !== first).length : 0;
    const left = (await listUntilComplete(options, tag, kept)).length;
    return [
      ...(status === 404 ? [] : [`a deleted image must answer 404, got: ${status}`]),
      ...(refused === 0 ? [] : [`all images must be deleted, got: ${refused} refused`]),
      ...(left === kept ? [] : [`the list must hold ${kept} images now, got: ${left}`]),
    ];
  });
}

async function deleteBatches(client: ImageClient, ids: readonly string[], advance: () => void): Promise<number> {
  let refused = 0;
  for (let at = 0; at < ids.length; at += LIMITS.BATCH_DELETE) {
    const lot = ids.slice(at, at + LIMITS.BATCH_DELETE);
    const statuses = await client.deleteMany(lot);
    lot.forEach(advance);
    refused += statuses.filter(status => status !== 204).length;
  }
  return refused;
}
