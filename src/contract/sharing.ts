/** `private`: the owner sees a ready image, and so do the users and groups in `shared_with`. `public`: every caller. */
export const VISIBILITIES = ['private', 'public'] as const;
export type Visibility = typeof VISIBILITIES[number];

export const SHARING = {
  /** Entries of `shared_with`. */
  MAX_ENTRIES: 20,
  USER: 'user:',
  GROUP: 'group:',
} as const;

/** Suffix of the facet of an image that is shared with one entry: `#to:user:bob`. */
export function buildShareFacet(entry: string): string {
  return `#to:${entry}`;
}

/** Partition of `by_user` with the images that are shared with a user. `owner` is the user's own partition. */
export function buildSharedPartition(owner: string): string {
  return `${owner}#shared`;
}

/**
 * Partition of `by_user` with the images that are shared with a group. `%` is no character of a user id. The tenant
 * segment is absent if tenancy is off.
 */
export function buildGroupPartition(group: string, tenantSegment?: string): string {
  return `${tenantSegment === undefined ? '' : `${tenantSegment}#`}%group:${group}`;
}
