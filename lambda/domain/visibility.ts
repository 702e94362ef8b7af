import { endPublication, RESUMED } from './publication';
import type { ImageRecord, Visibility } from '../../src/contract';

/** Attributes that a change of visibility sets and removes. */
export interface VisibilityChange {
  readonly set: Partial<ImageRecord>;
  readonly remove: readonly (keyof ImageRecord)[];
}

/**
 * The change from the record's visibility to another one. Every write of `visibility` is built here, in the same
 * transaction as the other changes of the request. It demands the version: a sweep that is due now may belong to an
 * earlier publication.
 */
export function changeVisibility(record: ImageRecord, visibility: Visibility, now: number): VisibilityChange {
  if (visibility === (record.visibility ?? 'private')) return { set: {}, remove: [] };
  if (visibility === 'private') return { set: endPublication(record, now), remove: ['visibility'] };
  return { set: { visibility }, remove: record.status === 'ready' ? RESUMED : [] };
}
