import type { FailureCode } from './failures';
import type { ImageRecord } from './image-record';

/** A failed image, as the operator's command lists it. */
export interface FailedImage {
  readonly image_id: string;
  /** When it became `failed`: ISO 8601 with milliseconds. */
  readonly failed_at: string;
  /** Tries since the upload, or since the last redrive. */
  readonly tries: number;
  readonly last_error: LastError;
}

/** The attributes of a record that the list needs. */
export type FailedRecord = Pick<ImageRecord, 'image_id' | 'updated_at' | 'tries' | 'last_error'>;

/** `NotRecorded`: it failed before the service recorded causes. */
export type LastError = FailureCode | 'NotRecorded';

/** Failed images in one list: the default and the maximum. */
export const FAILED_IMAGES = { DEFAULT: 20, MAX: 1000 } as const;

/** The newest of these, newest first. */
export function keepNewest(images: readonly FailedImage[], limit: number): FailedImage[] {
  return [...images]
    .sort((a, b) => compare(b.failed_at, a.failed_at) || compare(a.image_id, b.image_id))
    .slice(0, limit);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
