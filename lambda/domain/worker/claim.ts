import { type ImageRecord, MAX_TRIES, METRICS } from '../../../src/contract';
import { confirmPending } from '../confirm-image';
import { logProcessed } from '../image-log';
import { applyWrites, claimWrites, failWrites, isLive } from '../image-states';
import { getLastCode } from '../last-error';
import { MOVED, persist } from '../persist';
import type { WorkerDeps } from '../ports';

/** The record, claimed by this worker; undefined if the event has no work for it. */
export async function claim(deps: WorkerDeps, imageId: string, objectKey: string): Promise<ImageRecord | undefined> {
  // A write whose answer was lost is found when the record is read again.
  let mine: ImageRecord | undefined;
  let givenUp: ImageRecord | undefined;
  const began = deps.clock.now();
  return persist(deps, async () => {
    const record = await deps.table.get(imageId);
    if (
      mine && record?.attempt === mine.attempt && record?.claim_until === mine.claim_until
      && record?.status === 'processing'
    ) {
      return record;
    }
    if (givenUp && record?.status === givenUp.status && record.updated_at === givenUp.updated_at) {
      return reportFailed(deps, givenUp, began);
    }
    const ready = await prepareClaim(deps, record, objectKey);
    if (ready === undefined || ready === MOVED) return ready;
    if ((ready.tries ?? 0) >= MAX_TRIES) {
      const edge = failWrites(ready, getLastCode(ready), deps.clock.now(), deps.cdn !== undefined);
      givenUp = applyWrites(ready, edge);
      return (await deps.table.write(edge)).done ? reportFailed(deps, givenUp, began) : MOVED;
    }
    const edge = claimWrites(ready, deps.clock.now() + deps.claimMs);
    mine = applyWrites(ready, edge);
    const outcome = await deps.table.write(edge);
    return outcome.done ? mine : MOVED;
  });
}

async function prepareClaim(
  deps: WorkerDeps, record: ImageRecord | undefined, objectKey: string,
): Promise<ImageRecord | typeof MOVED | undefined> {
  // An event with another key than the record's concerns that object alone, which is deleted.
  if (record?.object_key !== objectKey || !isLive(record)) {
    await deps.objects.delete(objectKey);
    return undefined;
  }
  const current = record.status === 'pending' ? await confirmPending(deps, record) : record;
  if (current === MOVED || current === undefined) return current;
  const isClaimable = current.status === 'processing' && (current.claim_until ?? 0) <= deps.clock.now();
  return isClaimable ? current : undefined;
}

function reportFailed(deps: WorkerDeps, record: ImageRecord, began: number): undefined {
  deps.metrics.count(METRICS.IMAGES_FAILED);
  logProcessed(deps, record, { began, code: getLastCode(record) });
  return undefined;
}
