import { createHash } from 'node:crypto';
import { removeIfGone } from './remove-if-gone';
import type { TransformDeps } from './transform-deps';
import type { WantedVariant } from './wanted-variant';
import { DELIVERY, type ImageRecord, type Rejection, type VariantFormat, buildVariantKey } from '../../../src/contract';
import { buildNotFound } from '../errors';
import { getLogIds } from '../image-log';
import { computeRejectionKey } from '../worker/recall-rejection';

export interface MadeBytes {
  readonly bytes: Uint8Array;
  readonly format: VariantFormat;
  /** Of the stored object. */
  readonly etag: string;
}

/**
 * Makes and stores it by the worker's own steps. Its image may be deleted meanwhile: then the variant is deleted, too,
 * and the answer is 404.
 */
export async function makeVariant(
  deps: TransformDeps, record: ImageRecord, variant: WantedVariant,
): Promise<MadeBytes> {
  const { definition: { name }, format } = variant;
  const bytes = await render(deps, record, variant);
  const key = buildVariantKey(record.object_key, { name, format });
  const etag = await deps.objects.put(key, bytes, `image/${format}`, {
    cacheControl: DELIVERY.CACHE_CONTROL,
    onDemand: true,
  });
  await removeIfGone(deps, { record, key, isAllowed: ({ status }) => status === 'ready' });
  return { bytes, format, etag };
}

async function render(
  deps: TransformDeps, record: ImageRecord, { definition, format }: WantedVariant,
): Promise<Uint8Array> {
  const { imaging, objects, rejectionCache } = deps;
  // A known rejection saves even the read: repeated requests cost nothing.
  const known = record.checksum_sha256
    && await rejectionCache.recall(computeRejectionKey(record.checksum_sha256, imaging));
  if (known) return throwNotMakeable(deps, record, known);
  const original = await objects.read(record.object_key, record.etag!);
  if (!original) throw buildNotFound();
  const inspected = imaging.inspect(original, record.sniffed_type ?? record.content_type);
  if ('rejection' in inspected) return throwNotMakeable(deps, record, inspected.rejection);
  const made = await imaging.make(original, inspected.header, [definition], format);
  if (!('rejection' in made)) return made.variants[0].bytes;
  if (made.isFatal) {
    await rejectionCache.remember(
      computeRejectionKey(createHash('sha256').update(original).digest('base64'), imaging), made.rejection,
    );
  }
  return throwNotMakeable(deps, record, made.rejection);
}

/** The image was decoded before, so only this variant fails. The answer is 404; the log says why. */
function throwNotMakeable({ logger }: TransformDeps, record: ImageRecord, { code }: Rejection): never {
  logger.warn('making a variant failed', { ...getLogIds(record), code });
  throw buildNotFound();
}
