import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { SigningSecret } from '../../src/contract';
import { readOrCreate } from '../kept-file';

/** A key pair in PEM: the secret has the private key, the key group the public one. */
export interface SigningKey extends SigningSecret {
  readonly publicKey: string;
}

/**
 * Reads the key pair of a data folder. It is generated once, so URLs stay valid after a restart; other users cannot
 * read it.
 */
export function readSigningKey(file: string): SigningKey {
  return readOrCreate(file, generateSigningKey);
}

/** ECDSA on P-256, as the construct generates. */
export function generateSigningKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { keyId: `K${randomBytes(7).toString('hex').slice(0, 13).toUpperCase()}`, privateKey, publicKey };
}
