import { constants, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A key pair, and what a key set says of its public half. */
export interface SigningKey {
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}

export interface TokenOptions {
  readonly header?: Record<string, unknown>;
  /** The algorithm of the signature, if it is not the key's own. */
  readonly alg?: string;
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** A key for one algorithm of RFC 7518 or RFC 8037, `Ed448` being EdDSA on that curve. */
export function createKey(alg: string, kid = `key-${alg}`, members: Record<string, unknown> = {}): SigningKey {
  const { privateKey, publicKey } = generatePair(alg);
  const named = alg === 'Ed448' ? 'EdDSA' : alg;
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: named, use: 'sig', ...members };
  return { alg: named, privateKey, publicKey, jwk };
}

function generatePair(alg: string): { privateKey: KeyObject; publicKey: KeyObject } {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  if (alg === 'Ed448') return generateKeyPairSync('ed448');
  if (alg in CURVES) return generateKeyPairSync('ec', { namedCurve: CURVES[alg] });
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

export function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A JWT. Written without the library that the service verifies with. */
export function signToken(key: SigningKey, claims: unknown, { header, alg = key.alg }: TokenOptions = {}): string {
  const input = `${encodePart({ alg, typ: 'JWT', kid: key.jwk.kid, ...header })}.${encodePart(claims)}`;
  return `${input}.${computeSignature(key.privateKey, alg, Buffer.from(input)).toString('base64url')}`;
}

function computeSignature(key: KeyObject, alg: string, input: Buffer): Buffer {
  const hash = `sha${alg.slice(2)}`;
  if (key.asymmetricKeyType === 'rsa') return signBytes(hash, input, { key, padding: constants.RSA_PKCS1_PADDING });
  if (key.asymmetricKeyType === 'ec') return signBytes(hash, input, { key, dsaEncoding: 'ieee-p1363' });
  return signBytes(null, input, key);
}

export interface Issuer {
  readonly url: string;
  readonly jwksUri: string;
  /** Requests for the key set. */
  readonly fetches: () => number;
  /** Serves these keys from now on. */
  serve(keys: readonly unknown[]): void;
  /** Answers requests for the key set in this way from now on. */
  answer(listener: RequestListener): void;
  close(): Promise<void>;
}

function isSigningKey(key: unknown): key is SigningKey {
  return typeof key === 'object' && key !== null && 'privateKey' in key;
}

/** An OpenID provider on this machine, with discovery document and key set. */
export async function startIssuer(keys: readonly SigningKey[] = [], path = ''): Promise<Issuer> {
  let fetches = 0;
  let listener: RequestListener;
  const serve = (served: readonly unknown[]) => {
    const body = JSON.stringify({ keys: served.map(key => isSigningKey(key) ? key.jwk : key) });
    listener = (_request, response) => response.setHeader('content-type', 'application/json').end(body);
  };
  serve(keys);
  const server = createServer((request, response) => {
    if (request.url === `${path}/keys`) {
      fetches++;
      return listener(request, response);
    }
    if (request.url !== `${path}/.well-known/openid-configuration`) return response.writeHead(404).end();
    return response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
  });
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return {
    url,
    jwksUri: `${url}/keys`,
    fetches: () => fetches,
    serve,
    answer: answering => { listener = answering; },
    close: async () => closeServer(server),
  };
}

async function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => { server.close(() => resolve()).closeAllConnections(); });
}
