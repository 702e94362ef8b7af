import { deliveryPath, type ImageRow } from '../../../src/contract';
import { deleteBytes } from '../delete-bytes';
import { invalidating } from '../image-states';
import { isOwnKey } from '../own-key';
import type { Deps } from '../ports';

type Deliverer = Pick<Deps, 'table' | 'objects' | 'cdn' | 'journal'>;

/**
 * Deletes what storage has of an image that has been deleted, and then tells the CDN, which would fetch again what is still there. The row waits
 * for the CDN (`invalidate`); whoever finds bytes that came late makes it wait once more. Tells whether it waits.
 */
export async function purgeImage(deps: Deliverer, row: ImageRow): Promise<boolean> {
  const isLate = await deleteBytes(deps, row);
  // A service that has a CDN no more waits for none.
  const waits = deps.cdn !== undefined && (row.invalidate ?? (isLate && await waitForCdn(deps, row)));
  if (waits) await announce(deps, row);
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

async function waitForCdn(deps: Deliverer, row: ImageRow): Promise<boolean> {
  if (deps.cdn === undefined || row.status !== 'deleting') return false;
  return (await deps.table.write(invalidating(row))).done;
}

/** What gets lost here the sweeper tells again. */
async function announce({ cdn, journal }: Deliverer, row: ImageRow): Promise<void> {
  if (!isOwnKey(row)) return;
  const { image_id, object_key } = row;
  await cdn?.invalidate({ image_id, path: deliveryPath(object_key) }).catch((error: unknown) => {
    journal.warn('an invalidation could not be queued; the sweeper will', { image_id, error });
  });
}
