import type { ImageRecord, Visibility } from '../../src/contract';

/** Attributes that a change of visibility sets and removes. */
export interface VisibilityChange {
  readonly set: Partial<ImageRecord>;
  readonly remove: readonly (keyof ImageRecord)[];
}

/**
 * The change from the record's visibility to another one. Every write of `visibility` is built here, in the same
 * transaction as the other changes of the request.
 */
export function changeVisibility(record: ImageRecord, visibility: Visibility, _now: number): VisibilityChange {
  if (visibility === (record.visibility ?? 'private')) return { set: {}, remove: [] };
  return visibility === 'public' ? { set: { visibility }, remove: [] } : { set: {}, remove: ['visibility'] };
}
