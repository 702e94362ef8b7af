import { type ImageRecord, SWEEP } from '../../../src/contract';
import { deleteBytes, deleteVariants } from '../delete-bytes';
import { getLogIds } from '../image-log';
import { blockClaimsWrites, getInvalidationMark, unblockClaimsWrites, type SweepGuard } from '../image-states';
import { isOwnKey } from '../own-key';
import type { Deps } from '../ports';
import { awaitInvalidationWrites } from '../same-state-writes';

type Deliverer = Pick<Deps, 'table' | 'objects' | 'cdn' | 'clock' | 'logger' | 'metrics'>;

/**
 * Deletes the bytes of a deleted or rejected image. Then it invalidates them in the CDN, which would fetch them again
 * if they were still stored. The record waits for the CDN (`invalidate`), and waits once more if bytes come late.
 * Returns whether it waits.
 */
export async function purgeImage(deps: Deliverer, record: ImageRecord): Promise<boolean> {
  return tellCdn(deps, record, await deleteBytes(deps, record));
}

/**
 * Deletes the variants of a failed image, and invalidates them. An operator may redrive the image at any moment: no
 * worker claims it before the delete has ended, or has certainly been cut off. Returns whether the record waits for the
 * CDN.
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
 * For workers that stored bytes after the record had ceased to allow them: viewers may have seen them. The record is
 * marked before they are deleted, so that the sweeper finds it after a crash. It is marked again afterwards: a
 * concurrent invalidation may have cleared the mark while the bytes were there.
 */
export async function purgeLateBytes(deps: Deliverer, record: ImageRecord): Promise<void> {
  await waitForCdn(deps, record);
  await deleteBytes(deps, record);
  if (await waitForCdn(deps, record)) await announce(deps, record);
}

/**
 * Marks the record, and makes it due: the sweeper deletes late bytes, and invalidates them. False if its state has
 * changed, or there is no CDN.
 */
export async function waitForCdn(deps: Deliverer, record: ImageRecord): Promise<boolean> {
  if (deps.cdn === undefined || !MAY_WAIT.includes(record.status)) return false;
  return (await deps.table.write(awaitInvalidationWrites(record, deps.clock.now()))).done;
}

/** States after which variants may exist that must not. */
const MAY_WAIT: readonly ImageRecord['status'][] = ['deleting', 'rejected', 'failed'];

async function tellCdn(deps: Deliverer, record: ImageRecord, isLate: boolean): Promise<boolean> {
  // Without a CDN, no record waits for one: a service may have had one before.
  const waits = deps.cdn !== undefined
    && (record.invalidate !== undefined || (isLate && await waitForCdn(deps, record)));
  if (waits) await announce(deps, record);
  return waits;
}

/** If the message gets lost, the sweeper sends it again. */
async function announce({ cdn, logger }: Deliverer, record: ImageRecord): Promise<void> {
  if (!isOwnKey(record)) return;
  const { image_id, object_key } = record;
  await cdn?.invalidate({ image_id, object_key, mark: getInvalidationMark(record) }).catch((error: unknown) => {
    logger.warn('queueing an invalidation failed; the sweeper queues it later', { ...getLogIds(record), error });
  });
}
