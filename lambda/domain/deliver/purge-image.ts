import { type ImageRecord, SWEEP } from '../../../src/contract';
import { deleteBytes, deleteVariants } from '../delete-bytes';
import { blockClaimsWrites, awaitInvalidationWrites, getInvalidationMark, unblockClaimsWrites, type SweepGuard } from '../image-states';
import { isOwnKey } from '../own-key';
import type { Deps } from '../ports';

type Deliverer = Pick<Deps, 'table' | 'objects' | 'cdn' | 'clock' | 'logger' | 'metrics'>;

/**
 * Deletes what storage has of an image that has been deleted or rejected, and then tells the CDN, which would fetch again what is still there. The record
 * waits for the CDN (`invalidate`); whoever finds bytes that came late makes it wait once more. Tells whether it waits.
 */
export async function purgeImage(deps: Deliverer, record: ImageRecord): Promise<boolean> {
  return tellCdn(deps, record, await deleteBytes(deps, record));
}

/**
 * Deletes the variants of an image that failed, and tells the CDN. An operator may redrive the image at any moment: no worker claims it before the
 * delete has ended, or none can run any more that began one. Tells whether the record waits for the CDN.
 */
export async function purgeFailed(deps: Deliverer, record: ImageRecord, visitor: SweepGuard): Promise<boolean> {
  const until = deps.clock.now() + SWEEP.GRACE_MS;
  if (!(await deps.table.write(blockClaimsWrites(record, until, visitor))).done) return false;
  const areLate = await deleteVariants(deps, record);
  const waits = await tellCdn(deps, record, areLate);
  await deps.table.write(unblockClaimsWrites(record, until, deps.clock.now()));
  return waits;
}

/**
 * For those who brought bytes that the record did not allow any more: somebody may have looked at them meanwhile. The record waits from before they go,
 * for whoever finds it after a crash, and again from then on: an invalidation that was under way may have let go of it while they were there.
 */
export async function purgeLateBytes(deps: Deliverer, record: ImageRecord): Promise<void> {
  await waitForCdn(deps, record);
  await deleteBytes(deps, record);
  if (await waitForCdn(deps, record)) await announce(deps, record);
}

/** Marks the record, and makes it due: the sweeper deletes what came late, and tells the CDN. False where another state has come, or there is no CDN. */
export async function waitForCdn(deps: Deliverer, record: ImageRecord): Promise<boolean> {
  if (deps.cdn === undefined || !MAY_WAIT.includes(record.status)) return false;
  return (await deps.table.write(awaitInvalidationWrites(record, deps.clock.now()))).done;
}

/** States in which variants may have been there, and must not be any more. */
const MAY_WAIT: readonly ImageRecord['status'][] = ['deleting', 'rejected', 'failed'];

async function tellCdn(deps: Deliverer, record: ImageRecord, isLate: boolean): Promise<boolean> {
  // A service that has a CDN no more waits for none.
  const waits = deps.cdn !== undefined && (record.invalidate !== undefined || (isLate && await waitForCdn(deps, record)));
  if (waits) await announce(deps, record);
  return waits;
}

/** What gets lost here the sweeper tells again. */
async function announce({ cdn, logger }: Deliverer, record: ImageRecord): Promise<void> {
  if (!isOwnKey(record)) return;
  const { image_id, object_key } = record;
  await cdn?.invalidate({ image_id, object_key, mark: getInvalidationMark(record) }).catch((error: unknown) => {
    logger.warn('an invalidation could not be queued; the sweeper will', { image_id, error });
  });
}
