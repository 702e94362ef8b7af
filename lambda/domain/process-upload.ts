import { createHash } from 'node:crypto';
import { confirmPending } from './confirm-image';
import { deleteBytes, deleteVariants } from './delete-bytes';
import { after, claimed, failed, processed, refused } from './image-states';
import { MOVED, persist } from './persist';
import type { MadeVariant, WorkerDeps, Write } from './ports';
import { imageIdOf, type ImageRow, MAX_TRIES, METRICS, type MetricName, type VariantRecord, variantKey } from '../../src/contract';

/** States in which an original may be stored. */
const LIVE: readonly ImageRow['status'][] = ['pending', 'processing', 'ready', 'failed'];

/**
 * What a worker does with one event of storage: it confirms the upload where nobody has, claims the image, makes its
 * variants and writes the outcome. Safe to repeat, and at the same time: an event that finds nothing to do is done.
 * Throws where another try may help. `isLast`: there is none, so the image is given up.
 */
export async function processUpload(deps: WorkerDeps, objectKey: string, isLast: boolean): Promise<void> {
  const imageId = imageIdOf(objectKey);
  if (imageId === undefined) return deps.journal.warn('an object under originals/ has no key of ours and is left alone', { object_key: objectKey });
  const row = await claim(deps, imageId, objectKey);
  if (row === undefined) return;
  try {
    await work(deps, row);
  } catch (error) {
    if (isLast) await finish(deps, row, current => failed(current, deps.world.now()), METRICS.IMAGES_FAILED);
    throw error;
  }
}

/** The row in this worker's hands; undefined where the event has nothing for it to do. */
async function claim(deps: WorkerDeps, imageId: string, objectKey: string): Promise<ImageRow | undefined> {
  // A claim whose answer was lost is found again when the row is read.
  let mine: ImageRow | undefined;
  return persist(deps, async () => {
    const row = await deps.table.get(imageId);
    if (mine && row?.attempt === mine.attempt && row?.claim_until === mine.claim_until && row?.status === 'processing') return row;
    const ready = await readyForClaim(deps, row, objectKey);
    if (ready === undefined || ready === MOVED) return ready;
    if ((ready.tries ?? 0) >= MAX_TRIES) return giveUp(deps, ready);
    const edge = claimed(ready, deps.world.now() + deps.claimMs);
    mine = after(ready, edge);
    const outcome = await deps.table.write(edge);
    return outcome.done ? mine : MOVED;
  });
}

async function readyForClaim(deps: WorkerDeps, row: ImageRow | undefined, objectKey: string): Promise<ImageRow | typeof MOVED | undefined> {
  // An event whose key is not the row's says nothing of the row: only that object goes.
  if (row?.object_key !== objectKey || !LIVE.includes(row.status)) {
    await deps.objects.delete(objectKey);
    return undefined;
  }
  const current = row.status === 'pending' ? await confirmPending(deps, row) : row;
  if (current === MOVED || current === undefined) return current;
  const isClaimable = current.status === 'processing' && (current.claim_until ?? 0) <= deps.world.now();
  return isClaimable ? current : undefined;
}

async function giveUp(deps: WorkerDeps, row: ImageRow): Promise<undefined | typeof MOVED> {
  const outcome = await deps.table.write(failed(row, deps.world.now()));
  if (!outcome.done) return MOVED;
  deps.journal.count(METRICS.IMAGES_FAILED);
  return undefined;
}

async function work(deps: WorkerDeps, row: ImageRow): Promise<void> {
  const original = await deps.objects.read(row.object_key, row.etag!);
  if (original === undefined) return checkDeleted(deps, row);
  const inspected = deps.imaging.inspect(original, row.sniffed_type ?? row.content_type);
  const made = 'rejection' in inspected ? inspected : await deps.imaging.make(original, inspected.header, deps.imaging.variants);
  if ('rejection' in made) {
    const isOurs = await finish(deps, row, current => refused(current, made.rejection, deps.world.now()), METRICS.IMAGES_REJECTED);
    // The row stays due: what is not deleted now, the sweeper deletes.
    if (isOurs) await deleteBytes(deps, row);
    return;
  }
  await Promise.all(made.variants.map(variant => store(deps, row, variant)));
  const facts = { ...made.facts, checksum_sha256: createHash('sha256').update(original).digest('base64') };
  await finish(deps, row, current => processed(current, facts, made.variants.map(recordOf), deps.world.now()), METRICS.IMAGES_PROCESSED);
}

/** Somebody deleted the image meanwhile, or storage lost what was confirmed. */
async function checkDeleted(deps: WorkerDeps, row: ImageRow): Promise<void> {
  const current = await deps.table.get(row.image_id);
  if (isHeld(row, current)) throw new Error(`the original of ${row.image_id} is gone or has changed since it was confirmed`);
}

/** Whether the row is still in the claim that we took. */
function isHeld(row: ImageRow, current: ImageRow | undefined): current is ImageRow {
  return current?.status === 'processing' && current.attempt === row.attempt;
}

function store(deps: WorkerDeps, row: ImageRow, variant: MadeVariant): Promise<void> {
  return deps.objects.put(variantKey(row.object_key, variant), variant.bytes, `image/${variant.format}`);
}

function recordOf({ bytes, ...variant }: MadeVariant): VariantRecord {
  return { ...variant, size: bytes.length };
}

/** Writes the outcome, if the row is still in our claim; tells whether it was. */
async function finish(deps: WorkerDeps, row: ImageRow, edgeOf: (current: ImageRow) => Write[], metric: MetricName): Promise<boolean> {
  return persist(deps, async () => {
    const current = await deps.table.get(row.image_id);
    if (!isHeld(row, current)) {
      await abandon(deps, row, current);
      return false;
    }
    const outcome = await deps.table.write(edgeOf(current));
    if (!outcome.done) return MOVED;
    deps.journal.count(metric);
    return true;
  });
}

/** Another's outcome stands. Where it allows no bytes, ours may have come after they were deleted. */
async function abandon(deps: WorkerDeps, row: ImageRow, current: ImageRow | undefined): Promise<void> {
  if (current === undefined || !LIVE.includes(current.status)) await deleteVariants(deps, row);
}
