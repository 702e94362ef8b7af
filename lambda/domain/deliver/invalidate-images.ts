import { mergePaths } from './merge-paths';
import type { Distribution } from './ports';
import { DELIVERY, type Invalidation } from '../../../src/contract';
import { invalidated } from '../image-states';
import { persist } from '../persist';
import type { Deps } from '../ports';

export interface InvalidatorDeps extends Pick<Deps, 'table' | 'world' | 'journal'> {
  readonly distribution: Distribution;
}

/** Wildcard paths of one call: two may be under way. */
export const PATHS_PER_CALL = DELIVERY.WILDCARD_PATHS / 2;

/** Calls for one batch, before paths are widened: a few users who delete at once cost nobody else his place in the cache. */
const MOST_CALLS = 4;

/** How long to wait where CloudFront takes no more. Milliseconds. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

/** Sends what is to be invalidated, and lets go of the rows that wait for it. Answers what is not done by the deadline (epoch milliseconds). */
export async function invalidateImages(deps: InvalidatorDeps, asked: readonly Invalidation[], deadline: number): Promise<Invalidation[]> {
  const merged = mergePaths(asked.map(({ path }) => path), MOST_CALLS * PATHS_PER_CALL);
  const wildcards = [...merged.keys()];
  const left: Invalidation[] = [];
  for (let at = 0; at < wildcards.length; at += PATHS_PER_CALL) {
    const call = wildcards.slice(at, at + PATHS_PER_CALL);
    const covered = new Set(call.flatMap(wildcard => merged.get(wildcard) ?? []));
    const images = asked.filter(({ path }) => covered.has(path));
    left.push(...await invalidate(deps, call, images, deadline));
  }
  return left;
}

type Images = readonly Invalidation[];

async function invalidate(deps: InvalidatorDeps, paths: readonly string[], images: Images, deadline: number): Promise<Images> {
  try {
    if (!await isAccepted(deps, paths, deadline)) return images;
  } catch (error) {
    deps.journal.warn('an invalidation failed; the queue delivers it again', { image_ids: images.map(({ image_id }) => image_id), error });
    return images;
  }
  const cleared = await Promise.all(images.map(image => isLetGo(deps, image)));
  return images.filter((_, i) => !cleared[i]);
}

async function isAccepted({ distribution, world }: InvalidatorDeps, paths: readonly string[], deadline: number): Promise<boolean> {
  for (let pause = FIRST_PAUSE_MS; world.now() < deadline; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    if (await distribution.invalidate(paths)) return true;
    await world.sleep(Math.min(pause, Math.max(0, deadline - world.now())));
  }
  return false;
}

/** A row that waits for nothing, or is not there any more, is as good. */
async function isLetGo(deps: InvalidatorDeps, { image_id, stays }: Invalidation): Promise<boolean> {
  if (stays) return true;
  try {
    await persist(deps, () => deps.table.write(invalidated(image_id)));
    return true;
  } catch (error) {
    deps.journal.warn('an image waits for an invalidation that has been accepted; the queue delivers it again', { image_id, error });
    return false;
  }
}
