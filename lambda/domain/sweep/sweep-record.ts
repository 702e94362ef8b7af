import { claimSweep } from './claim-sweep';
import { sweepPending } from './sweep-pending';
import { type ImageRecord, MAX_TRIES, METRICS, SWEEP } from '../../../src/contract';
import { purgeFailed, purgeImage } from '../deliver/purge-image';
import { failWrites, completeWrites, computeQuietTime, settleWrites, rescheduleWrites, type SweepGuard } from '../image-states';
import { checkOwnKey } from '../own-key';
import type { Deps } from '../ports';

/**
 * Visits a record whose date has come. False where another sweeper or a request was faster.
 *
 * A visit first moves `due_at`, on the condition that it is unchanged: then two sweepers do not do the work twice, and a record that ends its
 * sweeper does not meet the next one at once. Visits to abandoned creates are the exception, because they are the many. They only look and
 * delete, which may happen twice, and their one write moves the date as well.
 */
export async function sweepRecord(deps: Deps, record: ImageRecord): Promise<boolean> {
  // Only its date moves, so that others that are due do not wait behind it.
  if (!checkOwnKey(deps, record)) return await claimSweep(deps, record) !== undefined;
  if (record.status === 'pending') return sweepPending(deps, record);
  const visit = record.status === 'expired' ? { due_at: record.due_at! } : await claimSweep(deps, record);
  if (visit === undefined) return false;
  await sweepState(deps, record, visit);
  return true;
}

/** A state that has nothing to be swept, or that only a newer release knows, keeps its bytes whatever its date says. */
async function sweepState(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  switch (record.status) {
    case 'processing': return sweepProcessing(deps, record, visit);
    case 'rejected':
    case 'deleting':
    case 'expired':
    case 'failed': return sweepEnded(deps, record, visit);
    default: deps.logger.warn('a record is due in a state that has nothing to be swept', { image_id: record.image_id, status: record.status });
  }
}

/** No worker has it: its event waits or is lost, or a worker died. */
async function sweepProcessing(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  const now = deps.clock.now();
  if ((record.claim_until ?? 0) > now) return;
  if (!deps.policy.processing) return void await deps.table.write(completeWrites(record, {}, [], now, visit));
  if ((record.tries ?? 0) >= MAX_TRIES) return failImage(deps, record, visit);
  await deps.queue.announce(record.object_key);
  await postpone(deps, record, visit);
}

/** As long again as it has waited: a queue that is hours behind must not be filled with what it holds already. */
async function postpone(deps: Deps, record: ImageRecord, visit: SweepGuard, most = Infinity): Promise<void> {
  const now = deps.clock.now();
  const waited = Math.min(now - Date.parse(record.updated_at), most);
  if (waited > SWEEP.INTERVAL_MS) await deps.table.write(rescheduleWrites({ ...record, ...visit }, now + waited));
}

async function failImage(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  const { done } = await deps.table.write(failWrites(record, deps.clock.now(), deps.cdn !== undefined, visit));
  if (done) deps.metrics.count(METRICS.IMAGES_FAILED);
}

/** Deletes the bytes that the state disallows, and settles the record once no more can come and no CDN has any. */
async function sweepEnded(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  // Taken before the delete: bytes that land behind it must meet another visit.
  const now = deps.clock.now();
  const waits = record.status === 'failed' ? await purgeFailed(deps, record, visit) : await purgeImage(deps, record);
  if (waits) return postpone(deps, record, visit, SWEEP.GRACE_MS);
  const quiet = computeQuietTime(record);
  if (now >= quiet) await deps.table.write(settleWrites(record, now, deps.policy.deletedRecordDays, visit));
  else await deps.table.write(rescheduleWrites({ ...record, ...visit }, quiet));
}
