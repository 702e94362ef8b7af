import { checkOwnKey } from './own-key';
import type { Deps } from './ports';
import { type ImageRecord, buildVariantPrefix } from '../../src/contract';

type Deleter = Pick<Deps, 'objects' | 'logger' | 'metrics'>;

/** Deletes the original and the variants of an image. Returns whether there were variants. */
export async function deleteBytes(deps: Deleter, record: ImageRecord): Promise<boolean> {
  if (!checkOwnKey(deps, record)) return false;
  await deps.objects.delete(record.object_key);
  return removeVariants(deps, record);
}

export async function deleteVariants(deps: Deleter, record: ImageRecord): Promise<boolean> {
  return checkOwnKey(deps, record) && removeVariants(deps, record);
}

async function removeVariants({ objects }: Deleter, { attempt, object_key }: ImageRecord): Promise<boolean> {
  return attempt !== undefined && objects.deleteAll(buildVariantPrefix(object_key));
}
