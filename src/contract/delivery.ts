import { COMMON_ENV, WORKER_ENV } from './environment';
import { PUBLIC_SEGMENT } from './keys';
import { VARIANT_EXTENSIONS, type VariantDefinition } from './variant-definition';

/**
 * How viewers get variants. `presigned`: from presigned S3 URLs. `signed`: from the CDN, with a signed URL or signed
 * cookies. `anyone`: from the CDN, with the plain URL.
 */
export const DELIVERY_MODES = ['presigned', 'signed', 'anyone'] as const;
export type DeliveryMode = typeof DELIVERY_MODES[number];

/**
 * Further variables of the API function. `presigned` sets `MODE` only. `anyone` also sets `BASE_URL` and
 * `INVALIDATION_QUEUE_URL`. `signed` sets all. The sweeper and the worker get `MODE` and, with a CDN,
 * `INVALIDATION_QUEUE_URL`.
 */
export const DELIVERY_ENV = {
  /** One of `DELIVERY_MODES`. */
  MODE: 'DELIVERY_MODE',
  /** Base URL of the CDN, without a trailing slash: `https://d111111abcdef8.cloudfront.net`. */
  BASE_URL: 'DELIVERY_URL',
  /** Lifetime of signed URLs and cookies in seconds. */
  URL_TTL: 'DELIVERY_URL_TTL_SECONDS',
  /** Id of the public key that verifies signatures in CloudFront. Empty if the secret names it. */
  KEY_ID: 'SIGNING_KEY_ID',
  /** Secret with the private key, as PEM or as JSON (`SigningSecret`). */
  SECRET: 'SIGNING_SECRET_ID',
  /** `Domain` of signed cookies. Empty: cookies are for the host of the API. */
  COOKIE_DOMAIN: 'COOKIE_DOMAIN',
  /** URL of the queue of invalidations. */
  INVALIDATION_QUEUE_URL: 'INVALIDATION_QUEUE_URL',
} as const;

/**
 * Variables of the function that sends invalidations to CloudFront. Of `COMMON_ENV` it gets only those that Powertools
 * reads.
 */
export const INVALIDATOR_ENV = { TABLE: COMMON_ENV.TABLE, DISTRIBUTION: 'DISTRIBUTION_ID' } as const;

/** Variables of the transform function. Of `COMMON_ENV` it gets only those that Powertools reads. */
export const TRANSFORM_ENV = {
  BUCKET: COMMON_ENV.BUCKET,
  TABLE: COMMON_ENV.TABLE,
  VARIANTS: WORKER_ENV.VARIANTS,
  IMAGE_LIMITS: WORKER_ENV.IMAGE_LIMITS,
  /** Timeout of the function in seconds. A lease lasts as long. */
  TIMEOUT: 'TRANSFORM_TIMEOUT_SECONDS',
  INVALIDATION_QUEUE_URL: DELIVERY_ENV.INVALIDATION_QUEUE_URL,
} as const;

/**
 * Properties of the custom resource for one generation of keys. Its function gets only the variables that Powertools
 * reads.
 */
export interface SigningKeyProperties {
  /** Name or ARN of the secret with the private key. Also the physical id of the resource. */
  readonly SecretId: string;
}

/** Attribute of the custom resource: `Fn::GetAtt` of `PublicKey` gives the public key as PEM. */
export interface SigningKeyData {
  readonly PublicKey: string;
}

/**
 * A secret that contains its key id. Key and id change together, so the owner can rotate the key without a deployment.
 */
export interface SigningSecret {
  readonly keyId: string;
  /** PEM. */
  readonly privateKey: string;
}

export const DELIVERY = {
  URL_TTL_SECONDS: 3600,
  /** A page may stay open for minutes, but a leaked URL must end. */
  URL_TTL_SECONDS_RANGE: { MIN: 300, MAX: 604_800 },
  /** Signatures end at full quarters of an hour, so that a URL stays the same and caches work. */
  EXPIRY_STEP_SECONDS: 900,
  /** A signer reads its key again after this time. */
  KEY_KEPT_SECONDS: 300,
  /** Stored with each variant in every delivery mode: the content at a URL never changes. */
  CACHE_CONTROL: 'max-age=31536000, immutable',
  /**
   * Header that browsers get if viewers need a signature: no shared cache may store the response (RFC 9111, section
   * 5.2.2.7). The edge function sets it on each success, because a variant may have been stored under another delivery
   * mode.
   */
  PRIVATE_CACHE_CONTROL: 'private, max-age=31536000, immutable',
  /**
   * Stored with each copy for a public URL. CloudFront keeps it for an hour at most (`s-maxage`), so a lost
   * invalidation costs an hour.
   */
  PUBLIC_CACHE_CONTROL: 'max-age=31536000, s-maxage=3600, immutable',
  /** Maximum TTL of these copies in CloudFront: that of `s-maxage`. */
  PUBLIC_TTL_SECONDS: 3600,
  /** Path pattern of the cache behavior that needs no signature, if all others need one. */
  PUBLIC_PATHS: `/${PUBLIC_SEGMENT}/*`,
  /**
   * Minimum TTL of a success in CloudFront. With a minimum above 0, CloudFront also caches responses with `private`,
   * `no-store` or no directive (CloudFront API Reference, "CachePolicyConfig"). Errors have their own minimum TTL
   * (Developer Guide, "Control how long CloudFront caches errors").
   */
  MIN_TTL_SECONDS: { signed: 31_536_000, anyone: 0, public: 0 },
  /**
   * A distribution may invalidate 15 wildcard paths at a time. The service leaves some for its users (Amazon CloudFront
   * Developer Guide, "Quotas").
   */
  WILDCARD_PATHS: 10,
  /**
   * S3 statuses that make CloudFront call the transform function. S3 answers 403 for a missing key if the reader may
   * not list. The API also allows 400 and 416, but a retry does not change those (CloudFront API Reference,
   * "OriginGroupFailoverCriteria").
   */
  FAILOVER: [403, 404, 500, 502, 503, 504],
  /**
   * The edge function sets it if the path names AVIF. It is part of the cache key. The transform function makes no AVIF
   * of an animation: it answers 404 to such a path, but WebP if the Accept header chose AVIF.
   */
  EXACT_FORMAT_HEADER: 'x-exact-format',
  /** CloudFront answers 403 to all other methods, before it checks a signature or runs the edge function. */
  METHODS: ['GET', 'HEAD'],
  /**
   * TTL of a 404 in CloudFront. Requests for made-up ids reach the origins once in this time, and new images still
   * appear soon.
   */
  NOT_FOUND_TTL_SECONDS: 4,
  /**
   * Paths of the error pages that the transform function serves, by status. CloudFront does not cache a 404 with
   * `no-store` (Developer Guide, "Control how long CloudFront caches errors"). So the page has that header, and the 404
   * of the origin does not.
   */
  ERROR_PAGES: { 403: '/errors/403', 404: '/errors/404' },
} as const;

/** Headers of every response of the CDN, errors included. */
export const DELIVERY_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'strict-transport-security': 'max-age=31536000',
  'vary': 'Accept',
  'x-content-type-options': 'nosniff',
} as const;

/** With a list of origins, a response to one origin must not be served to another. */
export function buildDeliveryHeaders(corsOrigins: readonly string[]): Record<keyof typeof DELIVERY_HEADERS, string> {
  return corsOrigins.length === 0
    ? DELIVERY_HEADERS
    : { ...DELIVERY_HEADERS, vary: `${DELIVERY_HEADERS.vary}, Origin` };
}

/** Origins that may read variants from scripts, and whether their requests may carry cookies. */
export interface DeliveryCors {
  readonly origins: readonly string[];
  readonly credentials: boolean;
}

/**
 * First lines of the edge function: all data that differs between services. `hasPublicPaths`: whether viewers need a
 * signature for all other paths. If they never need one, no path begins with `/public/`.
 */
export function buildEdgePrelude(variants: EdgeVariants, cors: DeliveryCors, hasPublicPaths: boolean): string {
  return `var VARIANTS = ${JSON.stringify(variants)};\nvar CORS = ${JSON.stringify(cors)};\n`
    + `var HAS_PUBLIC_PATHS = ${hasPublicPaths};\n`;
}

/** Tag of variants that were made on demand. A lifecycle rule of the bucket expires them. */
export const ON_DEMAND_TAG = { KEY: 'generation', VALUE: 'on-demand' } as const;

/** Path of an image's variants at the CDN: `/<t>/<u>/<image_id>`. */
export function buildDeliveryPath(objectKey: string): string {
  return `/${objectKey.split('/').slice(1, 4).join('/')}`;
}

/** Path of a public image's variants that needs no signature: `/public/<t>/<u>/<image_id>`. */
export function buildPublicPath(objectKey: string): string {
  return `/${PUBLIC_SEGMENT}${buildDeliveryPath(objectKey)}`;
}

/** File extensions of each variant, in order of preference, as the edge function reads them. */
export type EdgeVariants = Readonly<Record<string, readonly string[]>>;

export function listEdgeVariants(variants: readonly VariantDefinition[]): EdgeVariants {
  return Object.fromEntries(
    variants.map(({ name, formats }) => [name, formats.map(format => VARIANT_EXTENSIONS[format])]),
  );
}

/** A message of the queue of invalidations: the CDN must no longer serve the variants of this image. */
export interface Invalidation {
  readonly image_id: string;
  /** Object key of the record. It determines the path to invalidate. Only a record with this key loses its mark. */
  readonly object_key: string;
  /**
   * Value of the record's `invalidate`, removed once CloudFront has accepted. Absent if no record waits, as when bytes
   * change under the same URL.
   */
  readonly mark?: number;
  /** URLs to invalidate: `public` are those below `/public/`, `all` are these and the others. Absent: the others. */
  readonly scope?: 'public' | 'all';
  /** Value of the record's `unpublished`, removed once CloudFront has accepted the invalidation of its public URLs. */
  readonly unpublished?: number;
}
