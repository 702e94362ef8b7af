import { type MadeBytes, makeVariant } from './make-variant';
import type { Lease } from './ports';
import { storeCopy } from './store-copy';
import type { TransformDeps } from './transform-deps';
import { parsePath, type WantedVariant, findWanted } from './wanted-variant';
import { type ImageRecord, buildLeaseId, VARIANT_EXTENSIONS, buildVariantKey } from '../../../src/contract';
import { buildNotFound, buildUnavailable } from '../errors';
import { getLogIds } from '../image-log';

/** A requested file of the CDN. */
export interface WantedFile {
  readonly path: string;
  /** Whether the viewer named the format; else `Accept` chose it. */
  readonly isExact?: boolean;
}

/** Polling delay while another request makes the variant (milliseconds). */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * The variant under a path of the CDN, from storage or made now. Of all concurrent requests, one makes it. Below
 * `/public/` a copy of it is stored. Throws `not-found` for every path that is not a variant of a ready image, or of a
 * public one below `/public/`.
 */
export async function transformVariant(
  deps: TransformDeps, { path, isExact }: WantedFile, deadline: number,
): Promise<MadeBytes> {
  const parsed = parsePath(path);
  const wanted = parsed && { ...parsed, isExact };
  const record = wanted && await deps.table.get(wanted.imageId);
  const variant = wanted && findWanted(record, wanted, deps.imaging.variants);
  if (!record || !variant) throw buildNotFound();
  deps.onRecord?.(record);
  const made = await findStored(deps, record, variant) ?? await makeOnce(deps, record, variant, deadline);
  return wanted.isPublic ? storeCopy(deps, record, variant.definition.name, made) : made;
}

async function findStored(
  { objects }: TransformDeps, record: ImageRecord, variant: WantedVariant,
): Promise<MadeBytes | undefined> {
  const { definition: { name }, format } = variant;
  const key = buildVariantKey(record.object_key, { name, format });
  const object = await objects.find(key);
  const bytes = object && await objects.read(key, object.etag);
  return bytes && { bytes, format, etag: object.etag };
}

/** The holder of the lease makes it. All others poll: the variant may appear, or the lease may end. */
async function makeOnce(
  deps: TransformDeps, record: ImageRecord, variant: WantedVariant, deadline: number,
): Promise<MadeBytes> {
  const { clock, leases, leaseMs } = deps;
  const id = buildLeaseId(record.image_id, `${variant.definition.name}.${VARIANT_EXTENSIONS[variant.format]}`);
  for (let pause = FIRST_PAUSE_MS; clock.now() < deadline; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const lease = await leases.take(id, clock.now() + leaseMs);
    if (lease) {
      return runUnderLease(
        deps, lease, record, async () => await findStored(deps, record, variant) ?? makeVariant(deps, record, variant),
      );
    }
    await clock.sleep(pause);
    const made = await findStored(deps, record, variant);
    if (made) return made;
  }
  throw buildUnavailable();
}

/** A lease that is not released ends by itself. */
async function runUnderLease<T>(
  { logger }: TransformDeps, lease: Lease, record: ImageRecord, work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    await lease.release().catch(
      (error: unknown) => logger.warn('lease release failed; the lease ends by itself', { ...getLogIds(record), error }),
    );
  }
}
