import { isEager } from './reprocessing-plan';
import type { Processed, Step } from './step';
import { DELIVERY, buildVariantKey, type VariantRecord } from '../../../src/contract';
import type { Imaging, MadeImage, MadeVariant } from '../ports';

/** Stored variants are hidden until the record names them. A CDN serves them as stored, with this cache-control. */
export const storeVariants: Step<Processed, Processed> = async (deps, work) => {
  const options = deps.cdn && { cacheControl: DELIVERY.CACHE_CONTROL };
  await Promise.all(work.made.variants.map(variant => (
    deps.objects.put(
      buildVariantKey(work.record.object_key, variant), variant.bytes, `image/${variant.format}`, options,
    ))));
  return work;
};

/** The whole set, in its order: the variants made now, and those for later demand. */
export function listStoredVariants(
  { variants, plan }: Pick<Imaging, 'variants' | 'plan'>, made: MadeImage,
): VariantRecord[] {
  return variants.flatMap(definition => {
    if (!isEager(definition)) return [plan(definition, made.facts)];
    return made.variants.filter(({ name }) => name === definition.name).map(describeStored);
  });
}

export function describeStored({ bytes, ...variant }: MadeVariant): VariantRecord {
  return { ...variant, size: bytes.length };
}
