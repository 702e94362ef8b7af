import type { Cdn, Delivery } from '../domain/deliver/ports';
import type { DeliveryConfig, InvalidationConfig, SignedConfig } from '../runtime/delivery-config';

/** SQS's client loads when first needed: most requests delete nothing. Undefined where there is no CDN. */
export function lazyCdn({ invalidationQueueUrl }: InvalidationConfig): Cdn | undefined {
  if (invalidationQueueUrl === undefined) return undefined;
  let loading: Promise<Cdn> | undefined;
  const cdn = () => loading ??= import('../aws/invalidation-queue').then(({ invalidationQueue }) => invalidationQueue(invalidationQueueUrl));
  return { invalidate: async invalidation => (await cdn()).invalidate(invalidation) };
}

export function deliveryOf(config: DeliveryConfig, now: () => number): Delivery {
  return config.mode === 'signed' ? { ...config, signer: lazySigner(config, now) } : config;
}

function lazySigner({ secretId, keyId }: SignedConfig, now: () => number) {
  const load = async () => {
    const [{ cdnSigner }, { readSecret }] = await Promise.all([import('../aws/cdn-signer'), import('../aws/signing-secret')]);
    return cdnSigner({ secretId, keyId, readSecret, now });
  };
  let loading: ReturnType<typeof load> | undefined;
  return { sign: async (policy: string) => (await (loading ??= load())).sign(policy) };
}
