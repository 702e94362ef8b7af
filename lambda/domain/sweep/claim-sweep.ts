import { type ImageRecord, SWEEP } from '../../../src/contract';
import { type SweepGuard } from '../image-states';
import type { Deps } from '../ports';
import { rescheduleWrites } from '../same-state-writes';

/** Moves the next sweep one interval ahead. Undefined if another sweeper did. */
export async function claimSweep(deps: Deps, record: ImageRecord): Promise<SweepGuard | undefined> {
  const due_at = deps.clock.now() + SWEEP.INTERVAL_MS;
  const outcome = await deps.table.write(rescheduleWrites(record, due_at));
  // If the conflict is with our own value, the answer to our write was lost.
  return outcome.done || outcome.current?.due_at === due_at ? { due_at } : undefined;
}
