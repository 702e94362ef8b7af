/** A message that the service itself puts on the queue of uploads: an upload to process, or an image to reprocess. */
export interface Announcement {
  readonly object_key: string;
  readonly remake?: Remake;
}

/**
 * `missing`: makes variants that the image lacks. `changed`: also those with an outdated definition, under the same
 * URL.
 */
export const REMAKES = ['missing', 'changed'] as const;
export type Remake = typeof REMAKES[number];
