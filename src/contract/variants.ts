import type { VariantDefinition, VariantFormat } from './imaging';

/** The set where nobody names another. Where nothing makes variants on demand, all are made at upload, in the one small format that every browser shows. */
export function defaultVariants(
  delivery: { readonly makesOnDemand: boolean; readonly defaultFormats: readonly VariantFormat[] },
): VariantDefinition[] {
  const variant = (name: string, edge: number, generation: VariantDefinition['generation'] = 'eager'): VariantDefinition => {
    return { name, width: edge, height: edge, fit: 'inside', formats: delivery.defaultFormats, generation, animated: true };
  };
  return [variant('thumb', 320), variant('small', 640), variant('medium', 1280), variant('large', 2048, delivery.makesOnDemand ? 'on-demand' : 'eager')];
}

/** What each way of delivery makes of variants that do not say. */
export const PRESIGNED_VARIANTS = { makesOnDemand: false, defaultFormats: ['webp'] } as const;
export const CDN_VARIANTS = { makesOnDemand: true, defaultFormats: ['avif', 'webp', 'jpeg'] } as const;

export const DEFAULT_VARIANTS: readonly VariantDefinition[] = defaultVariants(PRESIGNED_VARIANTS);
