import { type ImageRow, MAX_TRIES, METRICS } from '../../../src/contract';
import { confirmPending } from '../confirm-image';
import { applyWrites, claimWrites, failWrites, isLive } from '../image-states';
import { MOVED, persist } from '../persist';
import type { WorkerDeps } from '../ports';

/** The row in this worker's hands; undefined where the event has nothing for it to do. */
export async function claim(deps: WorkerDeps, imageId: string, objectKey: string): Promise<ImageRow | undefined> {
  // What was written, but whose answer was lost, is found again when the row is read.
  let mine: ImageRow | undefined;
  let givenUp: ImageRow | undefined;
  return persist(deps, async () => {
    const row = await deps.table.get(imageId);
    if (mine && row?.attempt === mine.attempt && row?.claim_until === mine.claim_until && row?.status === 'processing') return row;
    if (givenUp && row?.status === givenUp.status && row.updated_at === givenUp.updated_at) return countFailed(deps);
    const ready = await prepareClaim(deps, row, objectKey);
    if (ready === undefined || ready === MOVED) return ready;
    if ((ready.tries ?? 0) >= MAX_TRIES) {
      const edge = failWrites(ready, deps.clock.now(), deps.cdn !== undefined);
      givenUp = applyWrites(ready, edge);
      return (await deps.table.write(edge)).done ? countFailed(deps) : MOVED;
    }
    const edge = claimWrites(ready, deps.clock.now() + deps.claimMs);
    mine = applyWrites(ready, edge);
    const outcome = await deps.table.write(edge);
    return outcome.done ? mine : MOVED;
  });
}

async function prepareClaim(deps: WorkerDeps, row: ImageRow | undefined, objectKey: string): Promise<ImageRow | typeof MOVED | undefined> {
  // An event whose key is not the row's says nothing of the row: only that object goes.
  if (row?.object_key !== objectKey || !isLive(row)) {
    await deps.objects.delete(objectKey);
    return undefined;
  }
  const current = row.status === 'pending' ? await confirmPending(deps, row) : row;
  if (current === MOVED || current === undefined) return current;
  const isClaimable = current.status === 'processing' && (current.claim_until ?? 0) <= deps.clock.now();
  return isClaimable ? current : undefined;
}

function countFailed(deps: WorkerDeps): undefined {
  deps.metrics.count(METRICS.IMAGES_FAILED);
  return undefined;
}
