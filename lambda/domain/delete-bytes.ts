import type { Deps } from './ports';
import { type ImageRow, variantPrefix } from '../../src/contract';

/** Deletes what storage holds of an image. */
export async function deleteBytes(deps: Deps, row: ImageRow): Promise<void> {
  await deps.objects.delete(row.object_key);
  await deleteVariants(deps, row);
}

export async function deleteVariants(deps: Deps, row: ImageRow): Promise<void> {
  if (row.attempt !== undefined) await deps.objects.deleteAll(variantPrefix(row.object_key));
}
