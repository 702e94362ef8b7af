import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isInForce, matchesResource, type Policy, parsePolicy } from './policy';
import type { ViewerRequest } from './viewer-request';

/** Public keys by their ids. */
export type KeyGroup = ReadonlyMap<string, KeyObject>;

export function createKeyGroup(keys: readonly { readonly keyId: string; readonly publicKey: string }[]): KeyGroup {
  return new Map(keys.map(({ keyId, publicKey }) => [keyId, createPublicKey(publicKey)]));
}

/** Query parameters of a signed URL. Cookies have the prefix `CloudFront-`. */
const PARAMETERS = { POLICY: 'Policy', SIGNATURE: 'Signature', KEY: 'Key-Pair-Id', HASH: 'Hash-Algorithm' } as const;
/** Parameter of a canned policy. The service uses custom policies only, so such a URL is denied. */
const CANNED = 'Expires';
const COOKIE_PREFIX = 'CloudFront-';

/**
 * Returns whether CloudFront would allow the request with this key group (Amazon CloudFront Developer Guide, "Use
 * signed URLs", "Use signed cookies"). If a URL has any of the parameters, cookies are ignored.
 */
export function hasValidSignature(request: ViewerRequest, keys: KeyGroup, now: number): boolean {
  const claim = isSignedUrl(request)
    ? readSignatureParameters(request.query, '')
    : readSignatureParameters(request.cookies, COOKIE_PREFIX);
  const policy = claim && verifyPolicy(claim, keys);
  return policy !== undefined && isInForce(policy, now) && matchesResource(policy.Resource, stripSignature(request));
}

interface SignatureParameters {
  readonly policy: string;
  readonly signature: string;
  readonly keyId: string;
  readonly hash: string;
}

function isSignedUrl({ query }: ViewerRequest): boolean {
  return query.some(([name]) => isSigningParameter(name));
}

function isSigningParameter(name: string): boolean {
  return name === CANNED || (Object.values(PARAMETERS) as string[]).includes(name);
}

function readSignatureParameters(pairs: ViewerRequest['query'], prefix: string): SignatureParameters | undefined {
  const [policy, signature, keyId, hash] = Object.values(PARAMETERS).map(name => findOnlyValue(pairs, prefix + name));
  const isCanned = pairs.some(([name]) => name === prefix + CANNED);
  if (isCanned || policy === undefined || signature === undefined || keyId === undefined || hash === undefined) {
    return undefined;
  }
  return { policy, signature, keyId, hash };
}

/** Undefined for a repeated parameter, since it is ambiguous. */
function findOnlyValue(pairs: ViewerRequest['query'], name: string): string | undefined {
  const values = pairs.filter(([candidate]) => candidate === name).map(([, value]) => value);
  if (values.length !== 1) return undefined;
  try {
    return decodeURIComponent(values[0]);
  } catch {
    return undefined;
  }
}

/** Without `Hash-Algorithm` CloudFront uses SHA-1, which the service never signs with. */
function verifyPolicy({ policy, signature, keyId, hash }: SignatureParameters, keys: KeyGroup): Policy | undefined {
  const key = keys.get(keyId);
  const [written, signed] = [decode(policy), decode(signature)];
  if (!key || !written || !signed || hash !== 'SHA256') return undefined;
  return verify('sha256', written, key, signed) ? parsePolicy(written.toString()) : undefined;
}

/** Base64 with `+`, `=` and `/` as `-`, `_` and `~`. Non-canonical encodings are denied. */
function decode(text: string): Buffer | undefined {
  const base64 = text.replace(/[-_~]/g, char => ({ '-': '+', '_': '=', '~': '/' })[char]!);
  const bytes = Buffer.from(base64, 'base64');
  return /^[A-Za-z0-9_~-]+$/.test(text) && bytes.toString('base64') === base64 ? bytes : undefined;
}

/** The URL without the signature parameters, to compare with the policy's resource. */
function stripSignature({ base, uri, query }: ViewerRequest): string {
  const rest = query.filter(([name]) => !isSigningParameter(name)).map(([name, value]) => `${name}=${value}`);
  return base + uri + (rest.length > 0 ? `?${rest.join('&')}` : '');
}
