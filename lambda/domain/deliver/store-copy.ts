import type { MadeBytes } from './make-variant';
import { removeIfGone } from './remove-if-gone';
import type { TransformDeps } from './transform-deps';
import { DELIVERY, type ImageRecord, buildPublicKey } from '../../../src/contract';
import { isPublic } from '../publication';

/**
 * Stores a copy of a variant for its public URL. Storage serves the copy to everyone without a look at the record. So
 * the record is read again: if the image is no longer public, or has another variant of that name, the copy is deleted,
 * and the answer is 404.
 */
export async function storeCopy(
  deps: TransformDeps, record: ImageRecord, name: string, { bytes, format }: MadeBytes,
): Promise<MadeBytes> {
  const key = buildPublicKey(record.object_key, { name, format });
  const etag = await deps.objects.put(key, bytes, `image/${format}`, {
    cacheControl: DELIVERY.PUBLIC_CACHE_CONTROL,
    onDemand: true,
  });
  const isAllowed = (current: ImageRecord) =>
    isPublic(current) && findSettings(current, name) === findSettings(record, name);
  await removeIfGone(deps, { record, key, scope: 'public', isAllowed });
  return { bytes, format, etag };
}

function findSettings({ variants }: ImageRecord, name: string): string | undefined {
  return variants?.find(variant => variant.name === name)?.settings;
}
