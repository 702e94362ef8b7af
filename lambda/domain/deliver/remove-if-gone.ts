import type { TransformDeps } from './transform-deps';
import type { ImageRecord, Invalidation } from '../../../src/contract';
import { buildNotFound } from '../errors';

/** An object that was stored without a claim. */
export interface StoredVariant {
  /** The record from before the object was stored. */
  readonly record: ImageRecord;
  readonly key: string;
  /** The URLs that show the object, as in `Invalidation`. */
  readonly scope?: Invalidation['scope'];
  /** Whether a record of this state may have the object. */
  readonly isAllowed: (current: ImageRecord) => boolean;
}

/**
 * Looks at the record again. A delete marks the record first and then deletes objects: either it finds this object, or
 * we see its mark. This function may not write the record, and the CDN may have cached the object. So it invalidates
 * twice: before the delete, since an object whose invalidation fails must stay for the sweeper; and after it, when the
 * CDN cannot fetch the object again.
 */
export async function removeIfGone(
  { table, objects, cdn }: TransformDeps, { record, key, scope, isAllowed }: StoredVariant,
): Promise<void> {
  const current = await table.get(record.image_id);
  if (current?.object_key === record.object_key && isAllowed(current)) return;
  const invalidation = { image_id: record.image_id, object_key: record.object_key, ...scope && { scope } };
  await cdn?.invalidate(invalidation);
  await objects.delete(key);
  await cdn?.invalidate(invalidation);
  throw buildNotFound();
}
