import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { SigningSecret } from '../../src/contract';
import { readOrCreate } from '../backends/kept-file';

/** A pair as CloudFront knows it: the secret holds the private half, the key group the public one. PEM. */
export interface SigningKey extends SigningSecret {
  readonly publicKey: string;
}

/** The pair that a data folder keeps, made once, so that URLs outlive a restart. Nobody else on the machine can read it. */
export function readSigningKey(file: string): SigningKey {
  return readOrCreate(file, generateSigningKey);
}

/** ECDSA on P-256, as the construct's own keys. */
export function generateSigningKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { keyId: `K${randomBytes(7).toString('hex').slice(0, 13).toUpperCase()}`, privateKey, publicKey };
}
