import { COMMON_ENV, WORKER_ENV } from './environment';
import { VARIANT_EXTENSIONS, type VariantDefinition } from './imaging';

/**
 * How variants reach those who look at them. `presigned`: by URLs of S3. `signed`: by a CDN, to whoever holds a signed URL or signed cookies.
 * `anyone`: by a CDN, to whoever knows the URL.
 */
export const DELIVERY_MODES = ['presigned', 'signed', 'anyone'] as const;
export type DeliveryMode = typeof DELIVERY_MODES[number];

/**
 * What the API function gets besides: with `presigned` only the first; with `anyone` the first, `BASE_URL` and `INVALIDATION_QUEUE_URL`; with
 * `signed` all. Sweeper and worker get the first, and unless it is `presigned` `INVALIDATION_QUEUE_URL`: what a CDN has must be invalidated.
 */
export const DELIVERY_ENV = {
  /** One of `DELIVERY_MODES`. */
  MODE: 'DELIVERY_MODE',
  /** Where the CDN is, without a slash at its end: `https://d111111abcdef8.cloudfront.net`. */
  BASE_URL: 'DELIVERY_URL',
  /** Lifetime of signed URLs and cookies in seconds. */
  URL_TTL: 'DELIVERY_URL_TTL_SECONDS',
  /** Id of the public key that CloudFront verifies by; empty where the secret names it. */
  KEY_ID: 'SIGNING_KEY_ID',
  /** Secret that holds the private key: in PEM, or `SigningSecret` in JSON. */
  SECRET: 'SIGNING_SECRET_ID',
  /** `Domain` of signed cookies; empty where they are for the API's own host. */
  COOKIE_DOMAIN: 'COOKIE_DOMAIN',
  /** Queue of what is to be invalidated. */
  INVALIDATION_QUEUE_URL: 'INVALIDATION_QUEUE_URL',
} as const;

/** What the function gets that sends invalidations to CloudFront; of `COMMON_ENV` only what Powertools reads. */
export const INVALIDATOR_ENV = { TABLE: COMMON_ENV.TABLE, DISTRIBUTION: 'DISTRIBUTION_ID' } as const;

/** What the function gets that makes variants when they are asked for; of `COMMON_ENV` only what Powertools reads. */
export const TRANSFORM_ENV = {
  BUCKET: COMMON_ENV.BUCKET,
  TABLE: COMMON_ENV.TABLE,
  VARIANTS: WORKER_ENV.VARIANTS,
  IMAGE_LIMITS: WORKER_ENV.IMAGE_LIMITS,
  /** The function's own timeout in seconds: how long a lease lasts. */
  TIMEOUT: 'TRANSFORM_TIMEOUT_SECONDS',
  INVALIDATION_QUEUE_URL: DELIVERY_ENV.INVALIDATION_QUEUE_URL,
} as const;

/** Properties of the custom resource that is one generation of keys; it gets nothing in its environment but what Powertools reads. */
export interface SigningKeyProperties {
  /** Name or ARN of the secret that holds the private half; it is the resource's physical id, too. */
  readonly SecretId: string;
}

/** What CloudFormation can read of it: `Fn::GetAtt` of `PublicKey`, in PEM. */
export interface SigningKeyData {
  readonly PublicKey: string;
}

/** A secret that names its key: both change at once, so own keys can be rotated without a deployment. */
export interface SigningSecret {
  readonly keyId: string;
  /** PEM. */
  readonly privateKey: string;
}

export const DELIVERY = {
  URL_TTL_SECONDS: 3600,
  /** A page may stay open for minutes; what leaks must not work for ever. */
  URL_TTL_SECONDS_RANGE: { MIN: 300, MAX: 604_800 },
  /** Ends of signatures are whole quarters of an hour, so that a URL stays the same and caches. */
  EXPIRY_STEP_SECONDS: 900,
  /** A signer reads its key again after so long. */
  KEY_KEPT_SECONDS: 300,
  /** Stored with each variant, whoever the viewers are: what is under a URL never changes. */
  CACHE_CONTROL: 'max-age=31536000, immutable',
  /**
   * What browsers get of it where viewers need a signature: no shared cache may keep the answer (RFC 9111, section 5.2.2.7). The edge writes it
   * into each success, so that it holds for variants, too, that were stored under other viewers.
   */
  PRIVATE_CACHE_CONTROL: 'private, max-age=31536000, immutable',
  /**
   * How long CloudFront keeps a success at least, by the viewers. With a minimum it keeps what says `private`, `no-store` or nothing as well
   * (CloudFront API Reference, "CachePolicyConfig"). Errors are not concerned: for them the error caching minimum TTL decides (Developer
   * Guide, "Control how long CloudFront caches errors").
   */
  MIN_TTL_SECONDS: { signed: 31_536_000, anyone: 0 },
  /** Of the 15 wildcard paths that CloudFront takes at a time for a distribution: not all are ours (Amazon CloudFront Developer Guide, "Quotas"). */
  WILDCARD_PATHS: 10,
  /**
   * Statuses of S3 on which CloudFront asks the transform function, whose client retries. S3 answers 403 for a missing key to a reader that may
   * not list. The API allows 400 and 416 as well, which a retry does not change (CloudFront API Reference, "OriginGroupFailoverCriteria").
   */
  FAILOVER: [403, 404, 500, 502, 503, 504],
  /**
   * The edge function sets it where a path names AVIF. It is part of the cache key and reaches the transform function, which has no AVIF of an animation: 404
   * for such a path, and WebP where `Accept` chose AVIF.
   */
  EXACT_FORMAT_HEADER: 'x-exact-format',
  /** All other methods get 403 from CloudFront, before a signature is checked or the edge function runs. */
  METHODS: ['GET', 'HEAD'],
  /** How long CloudFront keeps a 404: made-up ids cost the origins one request in so long, and what has just become ready shows soon. */
  NOT_FOUND_TTL_SECONDS: 4,
  /**
   * Pages of the transform function that CloudFront shows in place of an origin's error, by their status. CloudFront does not keep a 404 that says
   * `no-store` (Developer Guide, "Control how long CloudFront caches errors"), so the page says it to viewers, and the origin's 404 does not.
   */
  ERROR_PAGES: { 403: '/errors/403', 404: '/errors/404' },
} as const;

/** On every answer of the CDN, errors included. */
export const DELIVERY_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'strict-transport-security': 'max-age=31536000',
  'vary': 'Accept',
  'x-content-type-options': 'nosniff',
} as const;

/** With listed origins, an answer to one of them is not for another. */
export function buildDeliveryHeaders(corsOrigins: readonly string[]): Record<keyof typeof DELIVERY_HEADERS, string> {
  return corsOrigins.length === 0 ? DELIVERY_HEADERS : { ...DELIVERY_HEADERS, vary: `${DELIVERY_HEADERS.vary}, Origin` };
}

/** Whose scripts may read what is delivered, and whether with cookies. */
export interface DeliveryCors {
  readonly origins: readonly string[];
  readonly credentials: boolean;
}

/** What stands in front of the function at the edge: all of it that differs from service to service. */
export function buildEdgePrelude(variants: EdgeVariants, cors: DeliveryCors): string {
  return `var VARIANTS = ${JSON.stringify(variants)};\nvar CORS = ${JSON.stringify(cors)};\n`;
}

/** Tag of objects that were made when they were asked for: the bucket forgets them after a while. */
export const ON_DEMAND_TAG = { KEY: 'generation', VALUE: 'on-demand' } as const;

/** `/<t>/<u>/<image_id>`: where the CDN has the variants of an original. */
export function buildDeliveryPath(objectKey: string): string {
  return `/${objectKey.split('/').slice(1, 4).join('/')}`;
}

/** What the edge function knows: the extensions of each variant, in order of preference. */
export type EdgeVariants = Readonly<Record<string, readonly string[]>>;

export function listEdgeVariants(variants: readonly VariantDefinition[]): EdgeVariants {
  return Object.fromEntries(variants.map(({ name, formats }) => [name, formats.map(format => VARIANT_EXTENSIONS[format])]));
}

/** One image of which the CDN may have something that it must not show any more. A message of the queue of invalidations. */
export interface Invalidation {
  readonly image_id: string;
  /** Its record's. The path to invalidate follows from it, and only a record that has this key is cleared of its mark. */
  readonly object_key: string;
  /** The record's `invalidate`, which is removed once CloudFront has accepted. Absent where no record waits, such as for other bytes under the same URLs. */
  readonly mark?: number;
}

/**
 * Somebody makes a variant that is not there: others wait until it is. `image_id` is `<image_id>#lease:<name>.<ext>`.
 * Nothing but a saving hangs on it: a lease that ends while its holder works lets another make the same.
 */
export interface LeaseRow {
  readonly image_id: string;
  /** Whose it is: a name of nobody but this one holder. */
  readonly holder: string;
  /** Epoch milliseconds. */
  readonly lease_until: number;
  /** Epoch seconds. */
  readonly expires_at: number;
}

export function buildLeaseId(imageId: string, file: string): string {
  return `${imageId}#lease:${file}`;
}
