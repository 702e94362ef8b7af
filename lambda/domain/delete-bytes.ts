import type { Deps } from './ports';
import { type ImageRow, variantPrefix } from '../../src/contract';

/** Deletes what storage holds of an image, and tells whether there were variants. */
export async function deleteBytes(deps: Pick<Deps, 'objects'>, row: ImageRow): Promise<boolean> {
  await deps.objects.delete(row.object_key);
  return deleteVariants(deps, row);
}

export async function deleteVariants(deps: Pick<Deps, 'objects'>, row: ImageRow): Promise<boolean> {
  return row.attempt !== undefined && deps.objects.deleteAll(variantPrefix(row.object_key));
}
