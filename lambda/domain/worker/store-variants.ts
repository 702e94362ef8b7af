import type { Processed, Step } from './step';
import { variantKey, type VariantRecord } from '../../../src/contract';
import type { MadeVariant } from '../ports';

/** Nobody reads them before the row names them. */
export const storeVariants: Step<Processed, Processed> = async (deps, work) => {
  await Promise.all(work.made.variants.map(variant => (
    deps.objects.put(variantKey(work.row.object_key, variant), variant.bytes, `image/${variant.format}`))));
  return work;
};

export function recordOf({ bytes, ...variant }: MadeVariant): VariantRecord {
  return { ...variant, size: bytes.length };
}
