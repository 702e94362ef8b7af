import type { Cdn, Delivery } from '../domain/deliver/ports';
import type { DeliveryConfig, InvalidationConfig, SignedConfig } from '../runtime/delivery-config';

/** SQS's client loads when first needed: most requests delete nothing. Undefined where there is no CDN. */
export function createLazyCdn({ invalidationQueueUrl }: InvalidationConfig): Cdn | undefined {
  if (invalidationQueueUrl === undefined) return undefined;
  let loading: Promise<Cdn> | undefined;
  const load = () => loading ??= import('../aws/invalidation-queue').then(({ openInvalidationQueue }) => openInvalidationQueue(invalidationQueueUrl));
  return { invalidate: async invalidation => (await load()).invalidate(invalidation) };
}

export function createDelivery(config: DeliveryConfig, now: () => number): Delivery {
  return config.mode === 'signed' ? { ...config, signer: createLazySigner(config, now) } : config;
}

function createLazySigner({ secretId, keyId }: SignedConfig, now: () => number) {
  const load = async () => {
    const [{ createCdnSigner }, { readSecret }] = await Promise.all([import('../aws/cdn-signer'), import('../aws/signing-secret')]);
    return createCdnSigner({ secretId, keyId, readSecret, now });
  };
  let loading: ReturnType<typeof load> | undefined;
  return { sign: async (policy: string) => (await (loading ??= load())).sign(policy) };
}
