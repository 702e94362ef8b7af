import { type ImageRecord, SWEEP } from '../../../src/contract';
import { closeCopies, purgeCopies } from '../deliver/purge-image';
import type { SweepGuard } from '../image-states';
import type { Deps } from '../ports';
import { computeCopiesEnd, isPublic } from '../publication';
import { rescheduleWrites } from '../same-state-writes';
import { settleReadyWrites } from '../settle-writes';

/**
 * Deletes the copies of an image that is no longer public. The record stays due until no copy can come any more, and
 * the CDN has accepted an invalidation after that.
 */
export async function sweepReady(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  // Read before the delete: copies that come after it must meet another sweep.
  const now = deps.clock.now();
  if (isPublic(record)) return settle(deps, record, visit);
  const waits = await purgeCopies(deps, record);
  const end = computeCopiesEnd(record);
  if (end !== undefined && now < end) {
    return postpone(deps, record, visit, waits ? Math.min(now + SWEEP.INTERVAL_MS, end) : end);
  }
  if (end !== undefined && deps.cdn) return closeCopies(deps, record, visit);
  if (waits) return postpone(deps, record, visit, now + SWEEP.GRACE_MS);
  await settle(deps, record, visit);
}

async function postpone(deps: Deps, record: ImageRecord, visit: SweepGuard, next: number): Promise<void> {
  await deps.table.write(rescheduleWrites({ ...record, ...visit }, next));
}

async function settle(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  await deps.table.write(settleReadyWrites(record, visit));
}
