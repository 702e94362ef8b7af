import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { createCdnSigner } from '../../../../lambda/aws/cdn-signer';
import type { SignedDelivery } from '../../../../lambda/domain/deliver/ports';

export const BASE_URL = 'https://d111111abcdef8.cloudfront.net';
export const KEY_ID = 'K2JCJMDEHXQW5F';

export function newKey(): string {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}

export const PRIVATE_KEY = newKey();

export function delivery(more: Partial<SignedDelivery> = {}): SignedDelivery {
  const signer = createCdnSigner({
    secretId: 'secret',
    keyId: KEY_ID,
    readSecret: async () => PRIVATE_KEY,
    now: () => 0,
  });
  return { mode: 'signed', baseUrl: BASE_URL, urlTtlSeconds: 3600, signer, ...more };
}

export interface Policy {
  readonly Statement: readonly [{
    readonly Resource: string;
    readonly Condition: { readonly DateLessThan: { readonly 'AWS:EpochTime': number } };
  }];
}

/**
 * Verifies as CloudFront does: restores the base64 characters, then checks the signature over the policy's own bytes.
 */
export function verified(policy: string, signature: string, privateKey = PRIVATE_KEY): Policy {
  const bytes = decoded(policy);
  if (!verify('sha256', bytes, createPublicKey(privateKey), decoded(signature))) {
    throw new Error('the signature is wrong');
  }
  return JSON.parse(bytes.toString()) as Policy;
}

function decoded(text: string): Buffer {
  if (/[+=/]/.test(text)) throw new Error(`not safe in a URL: ${text}`);
  return Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');
}
