/** Layout of object keys: `originals/<t>/<user>/<image_id>/<nonce>`. Segments are made by `lambda/domain/segments.ts`. */
export const PREFIXES = {
  ORIGINALS: 'originals/',
  VARIANTS: 'variants/',
} as const;

/** The tenant segment where tenancy is off. */
export const NO_TENANT = '_';

export function originalKey(tenantSegment: string, userSegment: string, imageId: string, nonce: string): string {
  return `${PREFIXES.ORIGINALS}${tenantSegment}/${userSegment}/${imageId}/${nonce}`;
}

/** Facets of `by_user`; `#` cannot occur in user ids, image ids, tags or content types. */
export function tagFacet(tag: string): string {
  return `#tag:${tag}`;
}

export function typeFacet(contentType: string): string {
  return `#type:${contentType}`;
}
