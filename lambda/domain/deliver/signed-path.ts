import type { SignedDelivery } from './ports';
import { DELIVERY } from '../../../src/contract';

/** Signed access for CloudFront, and its end. */
export interface SignedPath {
  readonly policy: string;
  readonly signature: string;
  readonly keyId: string;
  /** Epoch seconds. */
  readonly end: number;
}

/**
 * The end of a signature made now (epoch seconds). It moves in whole steps, so that URLs stay the same for a while, and
 * no lifetime is shorter than `ttlSeconds`.
 */
function computeSignatureEnd(now: number, ttlSeconds: number): number {
  const step = DELIVERY.EXPIRY_STEP_SECONDS;
  return Math.ceil((now / 1000 + ttlSeconds) / step) * step;
}

/** Signs everything under a path. One signature covers all variants of an image, or all images of a user. */
export async function signPath(
  { baseUrl, urlTtlSeconds, signer }: SignedDelivery, path: string, now: number,
): Promise<SignedPath> {
  const end = computeSignatureEnd(now, urlTtlSeconds);
  const policy = buildPolicy(`${baseUrl}${path}/*`, end);
  const { signature, keyId } = await signer.sign(policy);
  return { policy: encodeUrlSafe(Buffer.from(policy)), signature: encodeUrlSafe(signature), keyId, end };
}

/**
 * Without white space, since it travels in each URL.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 */
function buildPolicy(Resource: string, end: number): string {
  return JSON.stringify({ Statement: [{ Resource, Condition: { DateLessThan: { 'AWS:EpochTime': end } } }] });
}

/** CloudFront's own variant of base64: characters with a meaning in URLs are replaced. */
function encodeUrlSafe(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~');
}

const HASH = 'SHA256';

export function buildSignedQuery({ policy, signature, keyId }: SignedPath): string {
  return `Policy=${policy}&Signature=${signature}&Key-Pair-Id=${keyId}&Hash-Algorithm=${HASH}`;
}

/** Names and values, in the order of the headers. */
export function buildSignedCookies({ policy, signature, keyId }: SignedPath): [string, string][] {
  return [
    ['CloudFront-Policy', policy], ['CloudFront-Signature', signature], ['CloudFront-Key-Pair-Id', keyId],
    ['CloudFront-Hash-Algorithm', HASH],
  ];
}
