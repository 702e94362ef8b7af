import { generateKeyPairSync } from 'node:crypto';
import { createCdnSigner } from '../../../lambda/aws/cdn-signer';
import type { SignedDelivery } from '../../../lambda/domain/deliver/ports';
import { DELIVERY } from '../../../src/contract';

/** Delivery by signed URLs, with a key of its own that needs no read. */
export function createCdnDelivery(): SignedDelivery {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = JSON.stringify({
    keyId: 'K2JCJMDEHXQW5F',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  });
  return {
    mode: 'signed',
    baseUrl: 'https://d111111abcdef8.cloudfront.net',
    urlTtlSeconds: DELIVERY.URL_TTL_SECONDS,
    signer: createCdnSigner({ secretId: 'signing-key', readSecret: async () => secret, now: Date.now }),
  };
}
