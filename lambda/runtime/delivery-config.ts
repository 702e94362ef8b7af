import { type Environment, readEnum, readPositive, readRequired } from './environment';
import { DELIVERY_ENV, DELIVERY_MODES } from '../../src/contract';

/** Mode of delivery, with the settings that the API function needs. */
export type DeliveryConfig = { readonly mode: 'presigned' } | AnyoneConfig | SignedConfig;

export interface AnyoneConfig {
  readonly mode: 'anyone';
  readonly baseUrl: string;
}

export interface SignedConfig {
  readonly mode: 'signed';
  readonly baseUrl: string;
  readonly urlTtlSeconds: number;
  readonly secretId: string;
  readonly keyId?: string;
  readonly cookieDomain?: string;
}

export interface InvalidationConfig {
  /** Queue of invalidations; undefined without a CDN. */
  readonly invalidationQueueUrl?: string;
}

export function readDeliveryConfig(env: Environment): DeliveryConfig {
  const mode = readEnum(env, DELIVERY_ENV.MODE, DELIVERY_MODES);
  if (mode === 'presigned') return { mode };
  const baseUrl = readBaseUrl(env);
  if (mode === 'anyone') return { mode, baseUrl };
  return {
    mode,
    baseUrl,
    urlTtlSeconds: readPositive(env, DELIVERY_ENV.URL_TTL),
    secretId: readRequired(env, DELIVERY_ENV.SECRET),
    keyId: env[DELIVERY_ENV.KEY_ID] || undefined,
    cookieDomain: env[DELIVERY_ENV.COOKIE_DOMAIN] || undefined,
  };
}

export function readInvalidationConfig(env: Environment): InvalidationConfig {
  if (readEnum(env, DELIVERY_ENV.MODE, DELIVERY_MODES) === 'presigned') return {};
  return { invalidationQueueUrl: readRequired(env, DELIVERY_ENV.INVALIDATION_QUEUE_URL) };
}

/** Signatures cover it literally: it must be written as clients' URL parsers write it. */
function readBaseUrl(env: Environment): string {
  const value = readRequired(env, DELIVERY_ENV.BASE_URL);
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = parsed && ['http:', 'https:'].includes(parsed.protocol) && !value.endsWith('/')
    && `${parsed.origin}${parsed.pathname}`.replace(/\/$/, '') === value;
  if (isPlain) return value;
  throw new Error(
    `${DELIVERY_ENV.BASE_URL} must be an http or https URL without a slash at its end, a query or a fragment, such as `
    + `https://d111111abcdef8.cloudfront.net, got: ${value}`,
  );
}
