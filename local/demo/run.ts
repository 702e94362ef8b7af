import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Image, ImageClient } from './client';
import type { ImageFile } from './image-file';
import { runInParallel } from './pool';
import type { Progress } from './progress';
import { type FetchedVariant, fetchVariants } from './variants';
import { LIMITS } from '../../src/contract';

/** The state of one image during the demo. */
export interface ImageRun {
  readonly file: ImageFile;
  imageId?: string;
  /** SHA-256 of the uploaded bytes, in Base64. */
  digest?: string;
  uploaded: boolean;
  confirmed: boolean;
  tagged: boolean;
  equal: boolean;
  /** From create to the response of confirm. */
  uploadMs?: number;
  /** From confirm until `ready` or `rejected`, with the wait for a worker. */
  processMs?: number;
  /** As it is after processing. */
  image?: Image;
  /** Checked variants, for the images on the contact sheet. */
  variants?: readonly FetchedVariant[];
  failure?: string;
}

export interface DemoRun {
  readonly images: readonly ImageRun[];
  /** Failures of steps that concern all images. */
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
  /** How long a list may lag (ms): the contract allows a few seconds. */
  readonly patience?: number;
  /** Number of images that keep their variants for the contact sheet. */
  readonly shown?: number;
}

const LIST_PAUSE_MS = 200;
const LOOK_PAUSE_MS = 100;
/** Longer than the service's last try of an image. */
const PROCESSING_PATIENCE_MS = 15 * 60_000;

/** Sends all images through the whole service. A failure is recorded with its image, and the others continue. */
export async function runAll(files: readonly ImageFile[], given: DemoRunOptions): Promise<DemoRun> {
  const phases: Phase[] = [];
  const options = { ...given, progress: timeSteps(given.progress, phases) };
  const { client } = options;
  const runs = files.map(
    (file): ImageRun => ({ file, uploaded: false, confirmed: false, tagged: false, equal: false }),
  );
  const tag = `demo-${randomBytes(4).toString('hex')}`;
  await runStep('upload', runs, options, run => upload(client, run));
  await runStep('process', runs, options, run => waitUntilProcessed(client, run));
  await runStep('tag', runs, options, async run => {
    await client.tag(run.imageId!, ['demo', tag]);
    run.tagged = true;
  });
  const mislisted = await checkList(tag, runs, options);
  const kept = new Set(runs.slice(0, options.shown ?? 0));
  await runStep('variants', runs, options, async run => {
    const variants = await fetchVariants(client, run.image!.variants);
    if (kept.has(run)) run.variants = variants;
  });
  await runStep('download', runs, options, run => download(client, run));
  const undeleted = await deleteImages(tag, runs, options);
  return { images: runs, phases, failures: [...mislisted, ...undeleted] };
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

/** Runs one step for each image that has not failed. */
async function runStep(
  label: string, runs: readonly ImageRun[], options: DemoRunOptions, work: (run: ImageRun) => Promise<void>,
): Promise<void> {
  const { progress, concurrency } = options;
  const going = runs.filter(({ failure }) => failure === undefined);
  await progress.step(label, going.length, async advance => runInParallel(going, concurrency, async run => {
    await work(run).then(advance, (error: Error) => { run.failure = `${label}: ${error.message}`; });
  }));
}

async function upload(client: ImageClient, run: ImageRun): Promise<void> {
  const bytes = await run.file.read();
  run.digest = computeDigest(bytes);
  const start = performance.now();
  const created = await client.create(run.file, run.digest);
  run.imageId = created.image_id;
  await client.upload(created.upload, bytes);
  run.uploaded = true;
  await client.confirm(created.image_id).catch(async (error: Error) => {
    run.image = await client.get(created.image_id);
    throw error;
  });
  run.confirmed = true;
  run.uploadMs = performance.now() - start;
}

/** Takes the times from the service, since polling would measure them late. */
async function waitUntilProcessed(client: ImageClient, run: ImageRun): Promise<void> {
  for (const until = Date.now() + PROCESSING_PATIENCE_MS; ; await sleep(LOOK_PAUSE_MS)) {
    const image = await client.get(run.imageId!);
    if (image.status === 'processing' && Date.now() < until) continue;
    run.image = image;
    run.processMs = Date.parse(image.updated_at) - Date.parse(image.created_at!);
    if (image.status !== 'ready') throw new Error(explainStatus(image));
    return;
  }
}

function explainStatus({ status, rejection }: Image): string {
  return rejection
    ? `the image is ${status}: ${rejection.code}, ${rejection.message}`
    : `the image must become ready, got: ${status}`;
}

async function download(client: ImageClient, run: ImageRun): Promise<void> {
  const bytes = await client.download(run.imageId!);
  run.equal = bytes.length === run.file.size && computeDigest(bytes) === run.digest;
  if (!run.equal) {
    throw new Error(`the ${bytes.length} downloaded bytes differ from the ${run.file.size} uploaded bytes`);
  }
}

function computeDigest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}

function listTaggedIds(runs: readonly ImageRun[]): string[] {
  return runs.filter(run => run.tagged).map(run => run.imageId!);
}

/** Runs a step that concerns all images. If it throws, that is one of its failures. */
async function runJointStep(
  label: string, total: number, options: DemoRunOptions, work: (advance: () => void) => Promise<string[]>,
) {
  const failures = await options.progress.step(
    label, total, async advance => work(advance).catch((error: Error) => [error.message]),
  );
  return failures.map(failure => `${label}: ${failure}`);
}

/** The list by tag must contain each tagged image exactly once. */
async function checkList(tag: string, runs: readonly ImageRun[], options: DemoRunOptions): Promise<string[]> {
  const tagged = listTaggedIds(runs);
  return runJointStep('list', tagged.length, options, async advance => {
    const ids = await listUntilComplete(options, tag, tagged.length);
    tagged.forEach(advance);
    const isExact = new Set(ids).size === ids.length && isSameSet(ids, tagged);
    return isExact
      ? []
      : [`the tag ${tag} must list exactly the ${tagged.length} images that have it, got: ${ids.length} ids`];
  });
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join() === [...others].sort().join();
}

async function listUntilComplete(
  { client, patience = 10_000 }: DemoRunOptions, tag: string, expected: number,
): Promise<string[]> {
  for (const until = Date.now() + patience; ; await sleep(LIST_PAUSE_MS)) {
    const ids = await client.list(tag);
    if (ids.length === expected || Date.now() >= until) return ids;
  }
}

/**
 * Deletes one image by DELETE, and the others by batch delete unless they are kept. A deleted image must answer 404.
 */
async function deleteImages(tag: string, runs: readonly ImageRun[], options: DemoRunOptions): Promise<string[]> {
  const { client, keep } = options;
  const [first, ...others] = runs.flatMap(({ imageId }) => imageId ?? []);
  if (first === undefined) return [];
  const rest = keep ? [] : others;
  return runJointStep('delete', 1 + rest.length, options, async advance => {
    await client.delete(first);
    advance();
    const status = await client.fetchStatus(first);
    const notDeleted = await deleteBatches(client, rest, advance);
    const kept = keep ? listTaggedIds(runs).filter(id => id !== first).length : 0;
    const left = (await listUntilComplete(options, tag, kept)).length;
    return [
      ...(status === 404 ? [] : [`a deleted image must answer 404, got: ${status}`]),
      ...(notDeleted === 0 ? [] : [`all images must be deleted, got: ${notDeleted} not deleted`]),
      ...(left === kept ? [] : [`the list must hold ${kept} images now, got: ${left}`]),
    ];
  });
}

async function deleteBatches(client: ImageClient, ids: readonly string[], advance: () => void): Promise<number> {
  let notDeleted = 0;
  for (let at = 0; at < ids.length; at += LIMITS.BATCH_IDS) {
    const lot = ids.slice(at, at + LIMITS.BATCH_IDS);
    const statuses = await client.deleteMany(lot);
    lot.forEach(advance);
    notDeleted += statuses.filter(status => status !== 204).length;
  }
  return notDeleted;
}
