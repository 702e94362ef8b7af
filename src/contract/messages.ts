/** A message that the service itself puts on the queue of uploads: an upload to process, or an image to reprocess. */
export interface Announcement {
  readonly object_key: string;
  readonly remake?: VariantsToMake;
}

/**
 * `missing`: makes variants that the image lacks. `changed`: also those with an outdated definition, under the same
 * URL.
 */
export const VARIANTS_TO_MAKE = ['missing', 'changed'] as const;
export type VariantsToMake = typeof VARIANTS_TO_MAKE[number];

/** The message as it is sent to the queue. */
export function formatAnnouncement(objectKey: string, which?: VariantsToMake): string {
  return JSON.stringify({ object_key: objectKey, remake: which } satisfies Announcement);
}
