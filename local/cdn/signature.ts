import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isInForce, matchesResource, type Policy, parsePolicy } from './policy';
import type { ViewerRequest } from './viewer-request';

/** Public keys by their ids. */
export type KeyGroup = ReadonlyMap<string, KeyObject>;

export function createKeyGroup(keys: readonly { readonly keyId: string; readonly publicKey: string }[]): KeyGroup {
  return new Map(keys.map(({ keyId, publicKey }) => [keyId, createPublicKey(publicKey)]));
}

/** What says who may look, in the query of a URL; as cookies they are named `CloudFront-…`. */
const PARAMETERS = { POLICY: 'Policy', SIGNATURE: 'Signature', KEY: 'Key-Pair-Id', HASH: 'Hash-Algorithm' } as const;
/** In place of a policy that is written out, which the service does not use: such a URL is refused. */
const CANNED = 'Expires';
const COOKIE_PREFIX = 'CloudFront-';

/**
 * Whether CloudFront would let the request through to a behaviour with this key group (Amazon CloudFront Developer Guide, "Use signed URLs",
 * "Use signed cookies"). A URL that has any of the parameters stands or falls by them, whatever cookies come along.
 */
export function hasValidSignature(request: ViewerRequest, keys: KeyGroup, now: number): boolean {
  const claim = isSignedUrl(request) ? readSignatureParameters(request.query, '') : readSignatureParameters(request.cookies, COOKIE_PREFIX);
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
  if (isCanned || policy === undefined || signature === undefined || keyId === undefined || hash === undefined) return undefined;
  return { policy, signature, keyId, hash };
}

/** Of one that is given twice nobody can say which counts. */
function findOnlyValue(pairs: ViewerRequest['query'], name: string): string | undefined {
  const values = pairs.filter(([candidate]) => candidate === name).map(([, value]) => value);
  if (values.length !== 1) return undefined;
  try {
    return decodeURIComponent(values[0]);
  } catch {
    return undefined;
  }
}

/** Without `Hash-Algorithm` CloudFront takes SHA-1, by which nothing of ours is signed. */
function verifyPolicy({ policy, signature, keyId, hash }: SignatureParameters, keys: KeyGroup): Policy | undefined {
  const key = keys.get(keyId);
  const [written, signed] = [decode(policy), decode(signature)];
  if (!key || !written || !signed || hash !== 'SHA256') return undefined;
  return verify('sha256', written, key, signed) ? parsePolicy(written.toString()) : undefined;
}

/** Base64 with `+`, `=` and `/` as `-`, `_` and `~`. What another text stands for as well is not taken. */
function decode(text: string): Buffer | undefined {
  const base64 = text.replace(/[-_~]/g, char => ({ '-': '+', '_': '=', '~': '/' })[char]!);
  const bytes = Buffer.from(base64, 'base64');
  return /^[A-Za-z0-9_~-]+$/.test(text) && bytes.toString('base64') === base64 ? bytes : undefined;
}

/** What the policy's resource is compared with: without what signs it. */
function stripSignature({ base, uri, query }: ViewerRequest): string {
  const rest = query.filter(([name]) => !isSigningParameter(name)).map(([name, value]) => `${name}=${value}`);
  return base + uri + (rest.length > 0 ? `?${rest.join('&')}` : '');
}
