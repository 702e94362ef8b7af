import type { VariantRecord } from './image-record';
import { VARIANT_EXTENSIONS } from './variant-definition';

/**
 * Layout of object keys: `originals/<t>/<u>/<image_id>/<nonce>`, `variants/<t>/<u>/<image_id>/<name>.<ext>`, and copies
 * for public URLs, `variants/public/<t>/<u>/<image_id>/<name>.<ext>`.
 */
export const PREFIXES = {
  ORIGINALS: 'originals/',
  VARIANTS: 'variants/',
} as const;

/** The tenant segment if tenancy is off. */
export const NO_TENANT = '_';

/**
 * First segment of public paths, and of the keys of their objects below `variants/`. It is too short for a tenant's
 * hash, so no path is both private and public.
 */
export const PUBLIC_SEGMENT = 'public';

/** Crockford's base 32 has no i, l, o and u. Segments for tenants and users are in lower case, ULIDs in upper case. */
const HASH = '[0-9a-hjkmnp-tv-z]{26}';
const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';

/** Patterns of the segments of keys and paths, as sources of regular expressions. */
export const SEGMENTS = {
  TENANT: `(?:${NO_TENANT}|${HASH})`,
  USER: HASH,
  IMAGE_ID: `(?:${HASH}\\.)?${ULID}`,
} as const;

export function buildOriginalKey(tenantSegment: string, userSegment: string, imageId: string, nonce: string): string {
  return `${PREFIXES.ORIGINALS}${tenantSegment}/${userSegment}/${imageId}/${nonce}`;
}

const ORIGINAL_SEGMENTS = 5;

/** The image id in the key of an original. Undefined for any other key. */
export function parseImageId(key: string): string | undefined {
  const segments = key.split('/');
  return key.startsWith(PREFIXES.ORIGINALS) && segments.length === ORIGINAL_SEGMENTS && segments.every(Boolean)
    ? segments[3]
    : undefined;
}

/** The owner's part of the key of an original, `<t>/<user>`. Undefined for any other key. */
export function parseOwnerPath(key: string): string | undefined {
  return parseImageId(key) === undefined ? undefined : key.split('/').slice(1, 3).join('/');
}

/** Prefix of the keys of an original's variants. */
export function buildVariantPrefix(originalKeyOfImage: string): string {
  return `${PREFIXES.VARIANTS}${originalKeyOfImage.split('/').slice(1, 4).join('/')}/`;
}

export function buildVariantKey(
  originalKeyOfImage: string, { name, format }: Pick<VariantRecord, 'name' | 'format'>,
): string {
  return `${buildVariantPrefix(originalKeyOfImage)}${name}.${VARIANT_EXTENSIONS[format]}`;
}

/** Prefix of the keys of copies for public URLs. CloudFront serves these to everyone. */
export function buildPublicPrefix(originalKeyOfImage: string): string {
  return `${PREFIXES.VARIANTS}${PUBLIC_SEGMENT}/${originalKeyOfImage.split('/').slice(1, 4).join('/')}/`;
}

export function buildPublicKey(
  originalKeyOfImage: string, { name, format }: Pick<VariantRecord, 'name' | 'format'>,
): string {
  return `${buildPublicPrefix(originalKeyOfImage)}${name}.${VARIANT_EXTENSIONS[format]}`;
}

/** Facets of `by_user`; `#` cannot occur in user ids, image ids, tags or content types. */
export function buildTagFacet(tag: string): string {
  return `#tag:${tag}`;
}

export function buildTypeFacet(contentType: string): string {
  return `#type:${contentType}`;
}
