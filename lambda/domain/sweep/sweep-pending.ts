import { claimSweep } from './claim-sweep';
import { type ImageRecord, SWEEP } from '../../../src/contract';
import { confirmPending } from '../confirm-image';
import { expireWrites, type SweepGuard } from '../image-states';
import type { Deps, StoredObject } from '../ports';
import { keepPendingWrites } from '../same-state-writes';

/**
 * Confirms an upload that no request confirmed; expires a record if no upload can come any more. False if another
 * sweeper or a request was faster.
 */
export async function sweepPending(deps: Deps, record: ImageRecord): Promise<boolean> {
  // Read before the check: bytes that come after it must not be treated as too late.
  const isOver = deps.clock.now() >= record.url_until + SWEEP.GRACE_MS;
  const object = await deps.objects.find(record.object_key, true);
  if (object !== undefined) return confirmFound(deps, record, object, isOver);
  const edge = isOver
    ? expireWrites(record, deps.clock.now(), { due_at: record.due_at! })
    : keepPendingWrites(record, deps.clock.now());
  return (await deps.table.write(edge)).done;
}

async function confirmFound(deps: Deps, record: ImageRecord, object: StoredObject, isOver: boolean): Promise<boolean> {
  const visit: SweepGuard | undefined = await claimSweep(deps, record);
  if (visit === undefined) return false;
  const confirmed = await confirmPending(deps, record, visit, object);
  // The object was deleted or changed while it was read.
  if (confirmed === undefined && isOver) await deps.table.write(expireWrites(record, deps.clock.now(), visit));
  return true;
}
