import { type ImageRow, SWEEP } from '../../../src/contract';
import { deleteBytes, deleteVariants } from '../delete-bytes';
import { blockClaimsWrites, awaitInvalidationWrites, getInvalidationMark, unblockClaimsWrites, type SweepGuard } from '../image-states';
import { isOwnKey } from '../own-key';
import type { Deps } from '../ports';

type Deliverer = Pick<Deps, 'table' | 'objects' | 'cdn' | 'clock' | 'logger' | 'metrics'>;

/**
 * Deletes what storage has of an image that has been deleted or rejected, and then tells the CDN, which would fetch again what is still there. The row
 * waits for the CDN (`invalidate`); whoever finds bytes that came late makes it wait once more. Tells whether it waits.
 */
export async function purgeImage(deps: Deliverer, row: ImageRow): Promise<boolean> {
  return tellCdn(deps, row, await deleteBytes(deps, row));
}

/**
 * Deletes the variants of an image that failed, and tells the CDN. An operator may redrive the image at any moment: no worker claims it before the
 * delete has ended, or none can run any more that began one. Tells whether the row waits for the CDN.
 */
export async function purgeFailed(deps: Deliverer, row: ImageRow, visitor: SweepGuard): Promise<boolean> {
  const until = deps.clock.now() + SWEEP.GRACE_MS;
  if (!(await deps.table.write(blockClaimsWrites(row, until, visitor))).done) return false;
  const areLate = await deleteVariants(deps, row);
  const waits = await tellCdn(deps, row, areLate);
  await deps.table.write(unblockClaimsWrites(row, until, deps.clock.now()));
  return waits;
}

/**
 * For those who brought bytes that the row did not allow any more: somebody may have looked at them meanwhile. The row waits from before they go,
 * for whoever finds it after a crash, and again from then on: an invalidation that was under way may have let go of it while they were there.
 */
export async function purgeLateBytes(deps: Deliverer, row: ImageRow): Promise<void> {
  await waitForCdn(deps, row);
  await deleteBytes(deps, row);
  if (await waitForCdn(deps, row)) await announce(deps, row);
}

/** Marks the row, and makes it due: the sweeper deletes what came late, and tells the CDN. False where another state has come, or there is no CDN. */
export async function waitForCdn(deps: Deliverer, row: ImageRow): Promise<boolean> {
  if (deps.cdn === undefined || !MAY_WAIT.includes(row.status)) return false;
  return (await deps.table.write(awaitInvalidationWrites(row, deps.clock.now()))).done;
}

/** States in which variants may have been there, and must not be any more. */
const MAY_WAIT: readonly ImageRow['status'][] = ['deleting', 'rejected', 'failed'];

async function tellCdn(deps: Deliverer, row: ImageRow, isLate: boolean): Promise<boolean> {
  // A service that has a CDN no more waits for none.
  const waits = deps.cdn !== undefined && (row.invalidate !== undefined || (isLate && await waitForCdn(deps, row)));
  if (waits) await announce(deps, row);
  return waits;
}

/** What gets lost here the sweeper tells again. */
async function announce({ cdn, logger }: Deliverer, row: ImageRow): Promise<void> {
  if (!isOwnKey(row)) return;
  const { image_id, object_key } = row;
  await cdn?.invalidate({ image_id, object_key, mark: getInvalidationMark(row) }).catch((error: unknown) => {
    logger.warn('an invalidation could not be queued; the sweeper will', { image_id, error });
  });
}
