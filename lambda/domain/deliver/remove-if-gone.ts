import type { TransformDeps } from './transform-deps';
import type { ImageRecord } from '../../../src/contract';
import { buildNotFound } from '../errors';

/**
 * After a write without a claim. Whoever deletes marks the record first and then looks for bytes: he has seen these, or we see his mark. The record is
 * not for us to write, so the CDN, which may have been asked for them meanwhile, hears of it twice: before they go, since what cannot be said must
 * leave them for the sweeper to find; and after, when it cannot fetch them again.
 */
export async function removeIfGone({ table, objects, cdn }: TransformDeps, record: ImageRecord, key: string): Promise<void> {
  const current = await table.get(record.image_id);
  if (current?.object_key === record.object_key && current.status === 'ready') return;
  const invalidation = { image_id: record.image_id, object_key: record.object_key };
  await cdn?.invalidate(invalidation);
  await objects.delete(key);
  await cdn?.invalidate(invalidation);
  throw buildNotFound();
}
