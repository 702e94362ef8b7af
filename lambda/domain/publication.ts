import { scheduleSoon } from './due-dates';
import { computeUpdateTime } from './timestamps';
import { type ImageRecord, SWEEP } from '../../src/contract';

/**
 * The end of an image's publication. Everyone can fetch its copies for public URLs, from storage or from a cache. The
 * transform function may have read the record before the end, may store a copy after it, and may die before it looks at
 * the record again. So the record stays due for an hour, and its last sweep deletes and invalidates once more.
 */

/** Attributes of a record whose copies must go. */
type Ended = Pick<ImageRecord, 'public_until' | 'unpublished'>;

/** Whether copies for public URLs may be stored or cached. Only a ready image has any. */
export function mayHaveCopies(record: Pick<ImageRecord, 'status' | 'visibility'> & Ended): boolean {
  return isPublic(record) || record.public_until !== undefined || record.unpublished !== undefined;
}

/** Whether public URLs show the image. */
export function isPublic({ status, visibility }: Pick<ImageRecord, 'status' | 'visibility'>): boolean {
  return status === 'ready' && visibility === 'public';
}

/** ready → ready, made private; or → deleting. The record becomes due. Nothing changes if it has no copies. */
export function endPublication(record: ImageRecord, now: number): Partial<ImageRecord> {
  if (!mayHaveCopies(record)) return {};
  return {
    public_until: Date.parse(computeUpdateTime(record, now)),
    unpublished: record.version + 1,
    ...scheduleSoon(record, now),
  };
}

/** ready → ready, made public again: copies may stay. */
export const RESUMED = ['public_until', 'unpublished', 'sweep', 'due_at'] as const;

/** From this time on, nobody can store a copy (epoch milliseconds). Undefined if that time has passed. */
export function computeCopiesEnd({ public_until }: Ended): number | undefined {
  return public_until === undefined ? undefined : public_until + SWEEP.GRACE_MS;
}
