import { type ImageRecord, type Invalidation, SWEEP } from '../../../src/contract';
import { deleteBytes, deleteCopies, deleteVariants } from '../delete-bytes';
import { getLogIds } from '../image-log';
import {
  applyWrites, blockClaimsWrites, getInvalidationMark, unblockClaimsWrites, type SweepGuard,
} from '../image-states';
import { isOwnKey } from '../own-key';
import type { Deps } from '../ports';
import { mayHaveCopies } from '../publication';
import { awaitInvalidationWrites } from '../same-state-writes';
import { closeCopiesWrites } from '../settle-writes';

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

/**
 * Deletes the copies of an image that is no longer public, and invalidates its public URLs. Returns whether the record
 * waits for the CDN.
 */
export async function purgeCopies(deps: Deliverer, record: ImageRecord): Promise<boolean> {
  const areLate = await deleteCopies(deps, record);
  const waits = deps.cdn !== undefined && record.unpublished !== undefined;
  if (waits || areLate) await queueInvalidation(deps, record, buildPublicInvalidation(record));
  return waits;
}

/**
 * The end of the hour in which copies can come: they have just been deleted. A copy may have been cached after the
 * invalidations so far, so the public URLs are invalidated once more.
 */
export async function closeCopies(deps: Deliverer, record: ImageRecord, visitor: SweepGuard): Promise<void> {
  const edge = closeCopiesWrites(record, visitor, deps.clock.now() + SWEEP.INTERVAL_MS);
  if (!(await deps.table.write(edge)).done) return;
  const closed = applyWrites(record, edge);
  await queueInvalidation(deps, closed, buildPublicInvalidation(closed));
}

async function tellCdn(deps: Deliverer, record: ImageRecord, isLate: boolean): Promise<boolean> {
  // Without a CDN, no record waits for one: a service may have had one before.
  if (deps.cdn === undefined) return false;
  const isMarked = record.invalidate !== undefined || (isLate && await waitForCdn(deps, record));
  const waits = isMarked || record.unpublished !== undefined;
  if (waits) await announce(deps, record);
  return waits;
}

async function announce(deps: Deliverer, record: ImageRecord): Promise<void> {
  const { image_id, object_key, unpublished } = record;
  await queueInvalidation(deps, record, {
    image_id,
    object_key,
    mark: getInvalidationMark(record),
    ...mayHaveCopies(record) && { scope: 'all' },
    ...unpublished !== undefined && { unpublished },
  });
}

function buildPublicInvalidation({ image_id, object_key, unpublished }: ImageRecord): Invalidation {
  return { image_id, object_key, scope: 'public', ...unpublished !== undefined && { unpublished } };
}

/** If the message gets lost, the sweeper sends it again. */
async function queueInvalidation(
  { cdn, logger }: Deliverer, record: ImageRecord, invalidation: Invalidation,
): Promise<void> {
  if (!isOwnKey(record)) return;
  await cdn?.invalidate(invalidation).catch((error: unknown) => {
    logger.warn('queueing an invalidation failed; the sweeper queues it later', { ...getLogIds(record), error });
  });
}
