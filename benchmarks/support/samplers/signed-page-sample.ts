import { generateKeyPairSync } from 'node:crypto';
import { createCdnSigner } from '../../../lambda/aws/cdn-signer';
import type { ApiDeps } from '../../../lambda/domain/ports';
import { buildVariantViews } from '../../../lambda/http/variant-views';
import { DELIVERY, type ImageRecord } from '../../../src/contract';
import { measurePages } from '../list/list-page';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const secret = JSON.stringify({
  keyId: 'K2JCJMDEHXQW5F',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
});
const signer = createCdnSigner({ secretId: 'signing-key', readSecret: async () => secret, now: Date.now });
const delivery = {
  mode: 'signed',
  baseUrl: 'https://d111111abcdef8.cloudfront.net',
  urlTtlSeconds: DELIVERY.URL_TTL_SECONDS,
  signer,
};
const deps = { delivery, clock: { now: Date.now } } as unknown as ApiDeps;

void measurePages(async row => (await buildVariantViews(row as ImageRecord, deps)).map(({ url }) => url as string));
