/** What we put on the queue of uploads ourselves: an upload that no worker has heard of, or an image whose variants are to be made again. */
export interface Announcement {
  readonly object_key: string;
  readonly remake?: Remake;
}

/** `missing`: only variants that the image has not. `changed`: those too whose definition is another by now, under the same URL. */
export const REMAKES = ['missing', 'changed'] as const;
export type Remake = typeof REMAKES[number];
