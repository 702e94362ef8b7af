import { loadOnce } from './load-once';
import { traceCdnSigner } from './traced';
import { METRICS } from '../../src/contract';
import type { Cdn, Delivery } from '../domain/deliver/ports';
import type { DeliveryConfig, InvalidationConfig, SignedConfig } from '../runtime/delivery-config';
import { metrics } from '../runtime/telemetry';

/** SQS's client loads on first use: most requests delete nothing. Undefined without a CDN. */
export function createLazyCdn({ invalidationQueueUrl }: InvalidationConfig): Cdn | undefined {
  if (invalidationQueueUrl === undefined) return undefined;
  const load = loadOnce(
    async () => (await import('../aws/invalidation-queue')).openInvalidationQueue(invalidationQueueUrl),
  );
  return { invalidate: async invalidation => (await load()).invalidate(invalidation) };
}

export function createDelivery(config: DeliveryConfig, now: () => number): Delivery {
  return config.mode === 'signed' ? { ...config, signer: createLazySigner(config, now) } : config;
}

function createLazySigner({ secretId, keyId }: SignedConfig, now: () => number) {
  const onUnreadable = () => metrics.count(METRICS.SIGNING_KEY_FAILURES);
  const load = loadOnce(async () => {
    const [{ createCdnSigner }, { readSecret }] = await Promise.all([
      import('../aws/cdn-signer'), import('../aws/read-secret'),
    ]);
    return createCdnSigner({ secretId, keyId, readSecret, now, onUnreadable });
  });
  return traceCdnSigner({ sign: async policy => (await load()).sign(policy) });
}
