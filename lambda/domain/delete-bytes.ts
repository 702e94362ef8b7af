import { checkOwnKey } from './own-key';
import type { Deps } from './ports';
import { type ImageRow, buildVariantPrefix } from '../../src/contract';

type Deleter = Pick<Deps, 'objects' | 'logger' | 'metrics'>;

/** Deletes what storage holds of an image, and tells whether there were variants. */
export async function deleteBytes(deps: Deleter, row: ImageRow): Promise<boolean> {
  if (!checkOwnKey(deps, row)) return false;
  await deps.objects.delete(row.object_key);
  return removeVariants(deps, row);
}

export async function deleteVariants(deps: Deleter, row: ImageRow): Promise<boolean> {
  return checkOwnKey(deps, row) && removeVariants(deps, row);
}

async function removeVariants({ objects }: Deleter, { attempt, object_key }: ImageRow): Promise<boolean> {
  return attempt !== undefined && objects.deleteAll(buildVariantPrefix(object_key));
}
