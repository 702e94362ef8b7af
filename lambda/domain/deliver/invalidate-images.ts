import { MAX_IMAGES_OF_USER, mergePaths } from './merge-paths';
import type { Distribution } from './ports';
import { DELIVERY, buildDeliveryPath, type Invalidation, METRICS } from '../../../src/contract';
import { persist } from '../persist';
import type { Deps } from '../ports';
import { clearInvalidationWrites } from '../same-state-writes';

export interface InvalidatorDeps extends Pick<Deps, 'table' | 'clock' | 'randomBytes' | 'metrics'> {
  readonly logger: Pick<Deps['logger'], 'warn'>;
  readonly distribution: Distribution;
}

/** Wildcard paths of one call: half of CloudFront's limit, since another invalidator may use the other half. */
export const PATHS_PER_CALL = DELIVERY.WILDCARD_PATHS / 2;

/** Pauses while CloudFront accepts no more invalidations (milliseconds). */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

type Images = readonly Invalidation[];

/**
 * Sends invalidations to CloudFront, and clears the marks of the records that wait for them. While CloudFront accepts
 * no more, it pauses, and continues with one path per call and one path per user. Returns the invalidations that are
 * not done by the deadline (epoch milliseconds).
 */
export async function invalidateImages(
  deps: InvalidatorDeps, asked: Images, deadline: number,
): Promise<Invalidation[]> {
  const failed: Invalidation[] = [];
  let left = asked;
  let isFull = false;
  for (let pause = FIRST_PAUSE_MS; left.length > 0 && deps.clock.now() < deadline;) {
    const { paths, images, rest } = planCall(left, isFull);
    const outcome = await send(deps, paths, images);
    if (outcome === 'busy') {
      deps.metrics.count(METRICS.INVALIDATIONS_DEFERRED);
      await deps.clock.sleep(Math.min(pause, Math.max(0, deadline - deps.clock.now())));
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      isFull = true;
    } else {
      failed.push(...outcome);
      left = rest;
    }
  }
  return [...failed, ...left];
}

interface Call {
  readonly paths: readonly string[];
  /** The images that the paths cover, and the images left for other calls. */
  readonly images: Images;
  readonly rest: Images;
}

function planCall(left: Images, isFull: boolean): Call {
  const merged = [...mergePaths(left.map(buildPath), isFull ? 1 : MAX_IMAGES_OF_USER)];
  const call = merged.slice(0, isFull ? 1 : PATHS_PER_CALL);
  const covered = new Set(call.flatMap(([, paths]) => paths));
  return {
    paths: call.map(([wildcard]) => wildcard),
    images: left.filter(image => covered.has(buildPath(image))),
    rest: left.filter(image => !covered.has(buildPath(image))),
  };
}

function buildPath({ object_key: objectKey }: Invalidation): string {
  return buildDeliveryPath(objectKey);
}

/** Returns the images that failed: their messages must come again. */
async function send(deps: InvalidatorDeps, paths: readonly string[], images: Images): Promise<Images | 'busy'> {
  try {
    if (!await deps.distribution.invalidate(paths)) return 'busy';
  } catch (error) {
    deps.logger.warn('an invalidation failed; the queue delivers it again', {
      image_ids: images.map(({ image_id }) => image_id),
      error,
    });
    return images;
  }
  const cleared = await Promise.all(images.map(image => clearMark(deps, image)));
  return images.filter((_, i) => !cleared[i]);
}

/** A record without a mark, or an absent one, needs no write. */
async function clearMark(deps: InvalidatorDeps, { image_id, object_key, mark }: Invalidation): Promise<boolean> {
  if (mark === undefined) return true;
  try {
    await persist(deps, () => deps.table.write(clearInvalidationWrites(image_id, object_key, mark)));
    return true;
  } catch (error) {
    deps.logger.warn('clearing the mark of an accepted invalidation failed; the queue delivers it again', {
      image_id,
      error,
    });
    return false;
  }
}
