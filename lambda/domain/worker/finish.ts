import type { Processed } from './step';
import { listStoredVariants } from './store-variants';
import {
  type FailureCode, type ImageRecord, type MetricName, METRICS, type Rejection, SCAN_PATIENCE_MS,
} from '../../../src/contract';
import { countVerdict } from '../count-verdict';
import { deleteVariants } from '../delete-bytes';
import { purgeImage, purgeLateBytes, waitForCdn } from '../deliver/purge-image';
import { FailedTry } from '../errors';
import { computeWait } from '../image-log';
import {
  applyWrites, failWrites, isLive, completeWrites, rejectProcessingWrites, awaitScanWrites,
} from '../image-states';
import { MOVED, persist } from '../persist';
import type { WorkerDeps, Write } from '../ports';
import { endClaimWrites } from '../same-state-writes';

/** The ends of a claim: each is written only while the record is still in it. */

export async function accept(
  deps: WorkerDeps, { record, checksum, made }: Processed,
): Promise<ImageRecord | undefined> {
  const facts = { ...made.facts, checksum_sha256: checksum };
  const variants = listStoredVariants(deps.imaging, made);
  const buildEdge = (current: ImageRecord) => completeWrites(current, facts, variants, deps.clock.now());
  const written = await finish(deps, record, buildEdge, METRICS.IMAGES_PROCESSED);
  if (!written) return undefined;
  countVerdict(deps.metrics);
  deps.metrics.measure(METRICS.UPLOAD_TO_READY, computeWait(written, deps.clock.now()));
  return written;
}

export async function reject(
  deps: WorkerDeps, record: ImageRecord, rejection: Rejection,
): Promise<ImageRecord | undefined> {
  const buildEdge = (current: ImageRecord) =>
    rejectProcessingWrites(current, rejection, deps.clock.now(), deps.cdn !== undefined);
  const written = await finish(deps, record, buildEdge, METRICS.IMAGES_REJECTED);
  if (!written) return undefined;
  countVerdict(deps.metrics, rejection);
  // The record stays due: the sweeper deletes the rest.
  await purgeImage(deps, written);
  return written;
}

/**
 * Our fault: the original stays, for a redrive. With a CDN the record is due at once: the sweeper deletes the variants
 * of its attempts.
 */
export async function fail(
  deps: WorkerDeps, record: ImageRecord, code: FailureCode,
): Promise<ImageRecord | undefined> {
  const buildEdge = (current: ImageRecord) => failWrites(current, code, deps.clock.now(), deps.cdn !== undefined);
  return finish(deps, record, buildEdge, METRICS.IMAGES_FAILED);
}

/**
 * Leaves the image to the scanner's event, or to the sweeper. A scanner that is silent for a day has an outage, or is
 * not set up. That is no fault of the image, so it becomes failed, not rejected.
 */
export async function release(deps: WorkerDeps, record: ImageRecord): Promise<ImageRecord | undefined> {
  if (deps.clock.now() - Date.parse(record.updated_at) >= SCAN_PATIENCE_MS) {
    return fail(deps, record, 'ScannerUnavailable');
  }
  return persist<ImageRecord | undefined>(deps, async () => {
    const current = await deps.table.get(record.image_id);
    // Another worker has it, or a write whose answer was lost has released it.
    if (!isHeld(record, current) || current.claim_until !== record.claim_until) return undefined;
    const outcome = await deps.table.write(awaitScanWrites(current, deps.clock.now()));
    return outcome.done ? current : MOVED;
  });
}

/**
 * Ends the claim early. Otherwise the message could come again before the claim ends, find the image claimed, and count
 * as done.
 */
export async function endTry(deps: WorkerDeps, record: ImageRecord, code: FailureCode): Promise<undefined> {
  // If this write fails, the claim still ends by itself, and the sweeper announces the image again.
  await deps.table.write(endClaimWrites(record, code, deps.clock.now())).catch(() => undefined);
  return undefined;
}

/** A request deleted the image meanwhile, or storage lost the confirmed object. */
export async function checkDeleted(deps: WorkerDeps, record: ImageRecord): Promise<undefined> {
  const current = await deps.table.get(record.image_id);
  if (current?.status === record.status && current.attempt === record.attempt) {
    throw new FailedTry(
      'OriginalMissing', `the original of ${record.image_id} was deleted or changed after it was confirmed`,
    );
  }
  return undefined;
}

/** Another outcome stands. If its state allows no bytes, our variants may have been stored after the delete. */
export async function abandon(deps: WorkerDeps, record: ImageRecord, current: ImageRecord | undefined): Promise<void> {
  if (current?.status === 'deleting' || current?.status === 'rejected') await purgeLateBytes(deps, current);
  // A redrive may be under way: only the sweeper deletes variants of failed images.
  else if (current?.status === 'failed') await waitForCdn(deps, current);
  else if (current === undefined || !isLive(current)) await deleteVariants(deps, record);
}

/** Whether the record is still in our claim. */
function isHeld(record: ImageRecord, current: ImageRecord | undefined): current is ImageRecord {
  return current?.status === 'processing' && current.attempt === record.attempt;
}

/**
 * Writes the outcome, if the record is still in our claim, and returns the record after it. The SDK repeats a write
 * whose answer was lost, and that repeat conflicts with the record that the first one wrote. Only this worker ends this
 * attempt, so a record with its outcome is ours.
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
