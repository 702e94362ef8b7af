import { claimSweep } from './claim-sweep';
import { sweepPending } from './sweep-pending';
import { sweepReady } from './sweep-ready';
import { type ImageRecord, MAX_TRIES, METRICS, SWEEP } from '../../../src/contract';
import { closeCopies, purgeFailed, purgeImage } from '../deliver/purge-image';
import { computeQuietTime } from '../due-dates';
import { getLogIds, logProcessed } from '../image-log';
import { applyWrites, failWrites, completeWrites, type SweepGuard } from '../image-states';
import { getLastCode } from '../last-error';
import { checkOwnKey } from '../own-key';
import type { Deps } from '../ports';
import { rescheduleWrites } from '../same-state-writes';
import { settleWrites } from '../settle-writes';

/**
 * Sweeps a due record. False if another sweeper or a request was faster.
 * A sweep first moves `due_at`, on the condition that it is unchanged. So two sweepers do not do the same work, and a
 * record that crashes its sweeper does not meet the next one at once. Sweeps of abandoned creates are the exception,
 * because they are the most frequent. They only look and delete, which may happen twice, and their one write moves the
 * date as well.
 */
export async function sweepRecord(deps: Deps, record: ImageRecord): Promise<boolean> {
  // Only its date moves, so that it does not block other due records.
  if (!checkOwnKey(deps, record)) return await claimSweep(deps, record) !== undefined;
  if (record.status === 'pending') return sweepPending(deps, record);
  const visit = record.status === 'expired' ? { due_at: record.due_at! } : await claimSweep(deps, record);
  if (visit === undefined) return false;
  await sweepState(deps, record, visit);
  return true;
}

/** A state that needs no sweep, or that only a newer release knows, keeps its bytes. */
async function sweepState(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  switch (record.status) {
    case 'processing': return sweepProcessing(deps, record, visit);
    case 'ready': return sweepReady(deps, record, visit);
    case 'rejected':
    case 'deleting':
    case 'expired':
    case 'failed': return sweepEnded(deps, record, visit);
    default: deps.logger.warn('a due record has a status that the sweeper does not handle', {
      ...getLogIds(record),
      status: record.status,
    });
  }
}

/** No worker has a claim: its event waits or is lost, or a worker died. */
async function sweepProcessing(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  const now = deps.clock.now();
  if ((record.claim_until ?? 0) > now) return;
  if (!deps.policy.processing) return completeImage(deps, record, visit);
  if ((record.tries ?? 0) >= MAX_TRIES) return failImage(deps, record, visit);
  await deps.queue.announce(record.object_key);
  await postpone(deps, record, visit);
}

/** The service had workers when the image was confirmed, and has none any more. */
async function completeImage(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  const began = deps.clock.now();
  const edge = completeWrites(record, {}, [], began, visit);
  const { done } = await deps.table.write(edge);
  if (done) logProcessed(deps, applyWrites(record, edge), { began, isNewlyReady: true });
}

/** Doubles the waiting time: a queue that is hours behind must not be filled with repeats. */
async function postpone(deps: Deps, record: ImageRecord, visit: SweepGuard, most = Infinity): Promise<void> {
  const now = deps.clock.now();
  const waited = Math.min(now - Date.parse(record.updated_at), most);
  if (waited > SWEEP.INTERVAL_MS) await deps.table.write(rescheduleWrites({ ...record, ...visit }, now + waited));
}

async function failImage(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  const began = deps.clock.now();
  const edge = failWrites(record, getLastCode(record), began, deps.cdn !== undefined, visit);
  const { done } = await deps.table.write(edge);
  if (!done) return;
  deps.metrics.count(METRICS.IMAGES_FAILED);
  logProcessed(deps, applyWrites(record, edge), { began, code: getLastCode(record) });
}

/**
 * Deletes the bytes that the state disallows. Settles the record once no more can come and the CDN has dropped them.
 */
async function sweepEnded(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  // Read before the delete: bytes that come after it must meet another sweep.
  const now = deps.clock.now();
  const waits = record.status === 'failed' ? await purgeFailed(deps, record, visit) : await purgeImage(deps, record);
  if (waits) return postpone(deps, record, visit, SWEEP.GRACE_MS);
  const quiet = computeQuietTime(record);
  if (now < quiet) return void await deps.table.write(rescheduleWrites({ ...record, ...visit }, quiet));
  if (deps.cdn && record.public_until !== undefined) return closeCopies(deps, record, visit);
  await deps.table.write(settleWrites(record, now, deps.policy.deletedRecordDays, visit));
}
