import { confirmPending } from './confirm-image';
import { purgeImage } from './deliver/purge-image';
import { expired, failed, processed, quietFrom, settled, visited, type Visit } from './image-states';
import type { Deps } from './ports';
import { type ImageRow, MAX_TRIES, METRICS, SWEEP } from '../../src/contract';

export interface Swept {
  visited: number;
  failed: number;
}

/** Rows of a shard that one look at the index brings. */
const BATCH = 100;

/**
 * Visits the rows whose time has come, until none is due or `deadline` (epoch milliseconds) nears. It is part of the state
 * machine's correctness, not housekeeping: conditional writes alone leave half-done work behind a crash.
 */
export async function sweep(deps: Deps, deadline: number): Promise<Swept> {
  const swept: Swept = { visited: 0, failed: 0 };
  const shards = Array.from({ length: SWEEP.SHARDS }, (_, shard) => shard);
  await Promise.all(shards.map(shard => sweepShard(deps, shard, deadline, swept)));
  deps.journal.count(METRICS.SWEPT, swept.visited);
  deps.journal.count(METRICS.SWEEP_FAILURES, swept.failed);
  return swept;
}

async function sweepShard(deps: Deps, shard: number, deadline: number, swept: Swept): Promise<void> {
  // The index lags: a row that was just visited may still be listed, and must not keep the loop going.
  const seen = new Set<string>();
  for (;;) {
    const ids = await deps.table.listDue(shard, deps.world.now(), BATCH);
    const fresh = ids.filter(id => !seen.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) {
      if (deps.world.now() >= deadline) return;
      seen.add(id);
      await visitSafely(deps, id, swept);
    }
  }
}

/** One row that fails must not keep the others waiting: its next date is set already. */
async function visitSafely(deps: Deps, id: string, swept: Swept): Promise<void> {
  try {
    if (await visit(deps, id)) swept.visited++;
  } catch (error) {
    swept.failed++;
    deps.journal.warn('a record could not be swept; it will be visited again', { image_id: id, error });
  }
}

/** False where another visitor or request was faster. */
async function visit(deps: Deps, id: string): Promise<boolean> {
  const row = await deps.table.get(id);
  if (row?.due_at === undefined || row.due_at > deps.world.now()) return false;
  const next = deps.world.now() + SWEEP.INTERVAL_MS;
  const outcome = await deps.table.write(visited(row, next));
  // Refused by our own value, it was our write whose answer was lost.
  if (!outcome.done && outcome.current?.due_at !== next) return false;
  await visitState(deps, row, { due_at: next });
  return true;
}

/** A state that has nothing to be swept, or that only a newer release knows, keeps its bytes whatever its date says. */
async function visitState(deps: Deps, row: ImageRow, visitor: Visit): Promise<void> {
  switch (row.status) {
    case 'pending': return visitPending(deps, row, visitor);
    case 'processing': return visitProcessing(deps, row, visitor);
    case 'rejected':
    case 'deleting':
    case 'expired': return visitEnded(deps, row, visitor);
    default: deps.journal.warn('a record is due in a state that has nothing to be swept', { image_id: row.image_id, status: row.status });
  }
}

/** Confirms what nobody confirmed; gives up what nobody uploaded. A refused write means that somebody else settled it. */
async function visitPending(deps: Deps, row: ImageRow, visitor: Visit): Promise<void> {
  // Taken before the look: bytes that land behind it must not find that their time has passed meanwhile.
  const isOver = deps.world.now() >= row.url_until + SWEEP.GRACE_MS;
  const confirmed = await confirmPending(deps, row, visitor);
  if (confirmed === undefined && isOver) await deps.table.write(expired(row, deps.world.now(), visitor));
}

/** No worker has it: its event waits or is lost, or a worker died. */
async function visitProcessing(deps: Deps, row: ImageRow, visitor: Visit): Promise<void> {
  const now = deps.world.now();
  if ((row.claim_until ?? 0) > now) return;
  if (!deps.policy.processing) return void await deps.table.write(processed(row, {}, [], now, visitor));
  if ((row.tries ?? 0) >= MAX_TRIES) return giveUp(deps, row, visitor);
  await deps.queue.announce(row.object_key);
  await visitLater(deps, row, visitor);
}

/** As long again as it has waited: a queue that is hours behind must not be filled with what it holds already. */
async function visitLater(deps: Deps, row: ImageRow, visitor: Visit, most = Infinity): Promise<void> {
  const now = deps.world.now();
  const waited = Math.min(now - Date.parse(row.updated_at), most);
  if (waited > SWEEP.INTERVAL_MS) await deps.table.write(visited({ ...row, ...visitor }, now + waited));
}

async function giveUp(deps: Deps, row: ImageRow, visitor: Visit): Promise<void> {
  const { done } = await deps.table.write(failed(row, deps.world.now(), visitor));
  if (done) deps.journal.count(METRICS.IMAGES_FAILED);
}

/** Deletes what the state disallows, and lets go of the row once nothing can come any more, and no CDN has anything. */
async function visitEnded(deps: Deps, row: ImageRow, visitor: Visit): Promise<void> {
  // Taken before the delete: what lands behind it must meet another visit.
  const now = deps.world.now();
  if (await purgeImage(deps, row)) return visitLater(deps, row, visitor, SWEEP.GRACE_MS);
  const quiet = quietFrom(row);
  if (now >= quiet) await deps.table.write(settled(row, now, deps.policy.deletedRecordDays, visitor));
  else await deps.table.write(visited({ ...row, ...visitor }, quiet));
}
