import type { TransformDeps } from './transform-deps';
import type { ImageRecord } from '../../../src/contract';
import { buildNotFound } from '../errors';

/**
 * For a variant that was stored without a claim. A delete marks the record first and then deletes objects: either it
 * finds this object, or we see its mark. This function may not write the record, and the CDN may have cached the
 * object. So it invalidates twice: before the delete, since an object whose invalidation fails must stay for the
 * sweeper; and after it, when the CDN cannot fetch the object again.
 */
export async function removeIfGone(
  { table, objects, cdn }: TransformDeps, record: ImageRecord, key: string,
): Promise<void> {
  const current = await table.get(record.image_id);
  if (current?.object_key === record.object_key && current.status === 'ready') return;
  const invalidation = { image_id: record.image_id, object_key: record.object_key };
  await cdn?.invalidate(invalidation);
  await objects.delete(key);
  await cdn?.invalidate(invalidation);
  throw buildNotFound();
}
