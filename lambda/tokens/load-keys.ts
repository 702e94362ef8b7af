import { fetchJson, isLoopback } from './fetch-json';
import { ServiceError } from '../domain/errors';
import type { PublicKey } from '../domain/token/ports';

export interface KeySource {
  readonly issuer: string;
  /** Address of the key set. Absent: the issuer's discovery document names it. */
  readonly jwksUri?: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the issuer's keys. */
export async function loadKeys({ issuer, jwksUri }: KeySource): Promise<readonly PublicKey[]> {
  if (jwksUri !== undefined) return parseKeySet(await fetchJson(jwksUri, isLoopback(jwksUri)));
  return parseKeySet(await fetchJson(await findKeySet(issuer), isLoopback(issuer)));
}

/** OpenID Connect Discovery 1.0, sections 4.1 and 4.3. */
async function findKeySet(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = await fetchJson(address, isLoopback(issuer));
  if (!isObject(document) || document.issuer !== issuer) {
    throw new ServiceError('the discovery document must name the configured issuer');
  }
  if (typeof document.jwks_uri !== 'string') throw new ServiceError('the discovery document must have a jwks_uri');
  return document.jwks_uri;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7517, section 5: keys of unknown kinds, and those with values out of range, are ignored. */
function parseKeySet(document: unknown): readonly PublicKey[] {
  if (!isObject(document) || !Array.isArray(document.keys)) {
    throw new ServiceError('a key set must be a JSON object with a list of keys');
  }
  return document.keys.filter(isPublicKey);
}

const KINDS = ['RSA', 'EC', 'OKP'];
const TEXTS = ['alg', 'use', 'crv', 'n', 'e', 'x', 'y'];

function isPublicKey(key: unknown): key is PublicKey {
  return isObject(key) && typeof key.kid === 'string' && KINDS.includes(key.kty as string)
    && TEXTS.every(name => key[name] === undefined || typeof key[name] === 'string');
}
