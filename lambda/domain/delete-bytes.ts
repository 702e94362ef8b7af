import { checkOwnKey } from './own-key';
import type { Deps } from './ports';
import { mayHaveCopies } from './publication';
import { type ImageRecord, buildPublicPrefix, buildVariantPrefix } from '../../src/contract';

type Deleter = Pick<Deps, 'objects' | 'logger' | 'metrics'>;

/** Deletes the original, the variants and their copies. Returns whether there were variants or copies. */
export async function deleteBytes(deps: Deleter, record: ImageRecord): Promise<boolean> {
  if (!checkOwnKey(deps, record)) return false;
  await deps.objects.delete(record.object_key);
  const hadCopies = await removeCopies(deps, record);
  return await removeVariants(deps, record) || hadCopies;
}

/** Deletes the copies for public URLs. Returns whether there were any. */
export async function deleteCopies(deps: Deleter, record: ImageRecord): Promise<boolean> {
  return checkOwnKey(deps, record) && removeCopies(deps, record);
}

export async function deleteVariants(deps: Deleter, record: ImageRecord): Promise<boolean> {
  return checkOwnKey(deps, record) && removeVariants(deps, record);
}

async function removeVariants({ objects }: Deleter, { attempt, object_key }: ImageRecord): Promise<boolean> {
  return attempt !== undefined && objects.deleteAll(buildVariantPrefix(object_key));
}

async function removeCopies({ objects }: Deleter, record: ImageRecord): Promise<boolean> {
  return mayHaveCopies(record) && objects.deleteAll(buildPublicPrefix(record.object_key));
}
