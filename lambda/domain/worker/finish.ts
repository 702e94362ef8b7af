import type { Processed } from './step';
import { listStoredVariants } from './store-variants';
import { type ImageRecord, type MetricName, METRICS, type Rejection, SCAN_PATIENCE_MS } from '../../../src/contract';
import { deleteVariants } from '../delete-bytes';
import { purgeImage, purgeLateBytes, waitForCdn } from '../deliver/purge-image';
import { applyWrites, failWrites, isLive, endClaimWrites, completeWrites, rejectProcessingWrites, awaitScanWrites } from '../image-states';
import { MOVED, persist } from '../persist';
import type { WorkerDeps, Write } from '../ports';

/** The ends of a claim: each is written only while the record is still in it. */

export async function accept(deps: WorkerDeps, { record: record, checksum, made }: Processed): Promise<void> {
  const facts = { ...made.facts, checksum_sha256: checksum };
  const variants = listStoredVariants(deps.imaging, made);
  await finish(deps, record, current => completeWrites(current, facts, variants, deps.clock.now()), METRICS.IMAGES_PROCESSED);
}

export async function reject(deps: WorkerDeps, record: ImageRecord, rejection: Rejection): Promise<void> {
  const buildEdge = (current: ImageRecord) => rejectProcessingWrites(current, rejection, deps.clock.now(), deps.cdn !== undefined);
  const written = await finish(deps, record, buildEdge, METRICS.IMAGES_REJECTED);
  // The record stays due: what is not deleted now, the sweeper deletes.
  if (written) await purgeImage(deps, written);
}

/** Our fault: the original stays, for a redrive. With a CDN the record is due at once: the sweeper deletes what attempts have stored. */
export async function fail(deps: WorkerDeps, record: ImageRecord): Promise<void> {
  await finish(deps, record, current => failWrites(current, deps.clock.now(), deps.cdn !== undefined), METRICS.IMAGES_FAILED);
}

/**
 * Leaves the image to the scanner's event, or to the sweeper. A scanner that is silent for a day has an outage, or nobody has
 * told it to look: no fault of the image, which is given up like any that we fail, and not rejected.
 */
export async function release(deps: WorkerDeps, record: ImageRecord): Promise<void> {
  if (deps.clock.now() - Date.parse(record.updated_at) >= SCAN_PATIENCE_MS) return fail(deps, record);
  await persist(deps, async () => {
    const current = await deps.table.get(record.image_id);
    // Ours no more, or released by a write whose answer was lost.
    if (!isHeld(record, current) || current.claim_until !== record.claim_until) return undefined;
    const outcome = await deps.table.write(awaitScanWrites(current, deps.clock.now()));
    return outcome.done ? undefined : MOVED;
  });
}

/** Without it the message may come again before the claim has run out: it would find the image in another's hands, and be done. */
export async function endTry(deps: WorkerDeps, record: ImageRecord): Promise<void> {
  // Whatever stands in the way, the claim still runs out, and the sweeper announces the image again.
  await deps.table.write(endClaimWrites(record, deps.clock.now())).catch(() => undefined);
}

/** Somebody deleted the image meanwhile, or storage lost what was confirmed. */
export async function checkDeleted(deps: WorkerDeps, record: ImageRecord): Promise<void> {
  const current = await deps.table.get(record.image_id);
  if (current?.status === record.status && current.attempt === record.attempt) {
    throw new Error(`the original of ${record.image_id} is gone or has changed since it was confirmed`);
  }
}

/** Another's outcome stands. Where it allows no bytes, our variants may have come after they were deleted. */
export async function abandon(deps: WorkerDeps, record: ImageRecord, current: ImageRecord | undefined): Promise<void> {
  if (current?.status === 'deleting' || current?.status === 'rejected') await purgeLateBytes(deps, current);
  // A redrive may be under way: only the sweeper deletes variants of what failed.
  else if (current?.status === 'failed') await waitForCdn(deps, current);
  else if (current === undefined || !isLive(current)) await deleteVariants(deps, record);
}

/** Whether the record is still in the claim that we took. */
function isHeld(record: ImageRecord, current: ImageRecord | undefined): current is ImageRecord {
  return current?.status === 'processing' && current.attempt === record.attempt;
}

/**
 * Writes the outcome, if the record is still in our claim; answers the record as it is then. A write whose answer is lost is sent again by the SDK, and refused by
 * the record that it has written: nobody else ends our attempt as we did, so a record that looks so is ours.
 */
async function finish(
  deps: WorkerDeps, record: ImageRecord, buildEdge: (current: ImageRecord) => Write[], metric: MetricName,
): Promise<ImageRecord | undefined> {
  let written: ImageRecord | undefined;
  const ours = await persist<ImageRecord | undefined>(deps, async () => {
    const current = await deps.table.get(record.image_id);
    if (written && current?.status === written.status && current.attempt === written.attempt) return current;
    if (!isHeld(record, current)) {
      await abandon(deps, record, current);
      return undefined;
    }
    const edge = buildEdge(current);
    written = applyWrites(current, edge);
    return (await deps.table.write(edge)).done ? written : MOVED;
  });
  if (ours) deps.metrics.count(metric);
  return ours;
}
