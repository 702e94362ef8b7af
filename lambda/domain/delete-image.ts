import type { Caller } from './caller';
import { purgeImage } from './deliver/purge-image';
import { buildNotFound } from './errors';
import { applyWrites, deleteWrites } from './image-states';
import { findOwnRecord } from './own-image';
import { MOVED, persist } from './persist';
import type { Deps } from './ports';
import { type ImageRecord, METRICS } from '../../src/contract';

/**
 * Marks the record, then deletes the bytes. The mark makes the delete final: from then on the image is hidden, and the
 * sweeper finishes after a crash. Safe to repeat, with the same answer.
 */
export async function deleteImage(deps: Deps, caller: Caller, imageId: string): Promise<void> {
  const record = await persist(deps, async () => {
    const current = await findOwnRecord(deps, caller, imageId);
    if (current === undefined || current.status === 'expired') throw buildNotFound();
    if (current.status === 'deleting' || current.status === 'deleted') return current;
    return mark(deps, current);
  });
  if (record.status === 'deleting') await purgeImage(deps, record);
}

async function mark(deps: Deps, record: ImageRecord): Promise<ImageRecord | typeof MOVED> {
  const edge = deleteWrites(record, deps.clock.now(), deps.cdn !== undefined);
  const outcome = await deps.table.write(edge);
  if (!outcome.done) return MOVED;
  deps.metrics.count(METRICS.IMAGES_DELETED);
  return applyWrites(record, edge);
}
