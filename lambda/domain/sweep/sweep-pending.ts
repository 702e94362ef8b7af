import { claimSweep } from './claim-sweep';
import { type ImageRow, SWEEP } from '../../../src/contract';
import { confirmPending } from '../confirm-image';
import { keepPendingWrites, expireWrites, type SweepGuard } from '../image-states';
import type { Deps, StoredObject } from '../ports';

/** Confirms an upload that nobody confirmed; expires a record whose upload cannot come any more. False where somebody else was faster. */
export async function sweepPending(deps: Deps, row: ImageRow): Promise<boolean> {
  // Taken before the look: bytes that land behind it must not find that their time has passed meanwhile.
  const isOver = deps.clock.now() >= row.url_until + SWEEP.GRACE_MS;
  const object = await deps.objects.find(row.object_key, true);
  if (object !== undefined) return confirmFound(deps, row, object, isOver);
  const edge = isOver ? expireWrites(row, deps.clock.now(), { due_at: row.due_at! }) : keepPendingWrites(row, deps.clock.now());
  return (await deps.table.write(edge)).done;
}

async function confirmFound(deps: Deps, row: ImageRow, object: StoredObject, isOver: boolean): Promise<boolean> {
  const visit: SweepGuard | undefined = await claimSweep(deps, row);
  if (visit === undefined) return false;
  const confirmed = await confirmPending(deps, row, visit, object);
  // The object went or changed while it was read.
  if (confirmed === undefined && isOver) await deps.table.write(expireWrites(row, deps.clock.now(), visit));
  return true;
}
