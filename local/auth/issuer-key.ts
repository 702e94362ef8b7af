import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readOrCreate } from '../kept-file';

/** The key pair of the development issuer. */
export interface IssuerKey {
  readonly kid: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
}

/** A public key as JSON Web Key (RFC 7517). */
export type PublicJwk = Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'kid' | 'alg' | 'use', string>>;

/**
 * Reads the key of a data folder. It is generated once, so tokens stay valid after a restart; other users cannot read
 * it.
 */
export function readIssuerKey(file: string): IssuerKey {
  return readOrCreate(file, generateIssuerKey);
}

export function generateIssuerKey(): IssuerKey {
  const privateKey = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
  return { kid: computeThumbprint(privateKey), privateKey };
}

export function buildPublicJwk({ kid, privateKey }: IssuerKey): PublicJwk {
  return { ...exportPoint(privateKey), kid, alg: 'ES256', use: 'sig' };
}

function exportPoint(privateKey: string): Record<'kty' | 'crv' | 'x' | 'y', string> {
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kty: kty!, crv: crv!, x: x!, y: y! };
}

/** RFC 7638: the required members, in the order of the alphabet. */
function computeThumbprint(privateKey: string): string {
  const { kty, crv, x, y } = exportPoint(privateKey);
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
