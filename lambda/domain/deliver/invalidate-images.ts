import { MAX_IMAGES_OF_USER, mergePaths } from './merge-paths';
import type { Distribution } from './ports';
import {
  DELIVERY, buildDeliveryPath, buildPublicPath, type Invalidation, METRICS,
} from '../../../src/contract';
import { persist } from '../persist';
import type { Deps, Write } from '../ports';
import { clearInvalidationWrites, clearUnpublishedWrites } from '../same-state-writes';

export interface InvalidatorDeps extends Pick<Deps, 'table' | 'clock' | 'randomBytes' | 'metrics'> {
  readonly logger: Pick<Deps['logger'], 'warn'>;
  readonly distribution: Distribution;
}

/** Wildcard paths of one call: half of CloudFront's limit, since another invalidator may use the other half. */
export const PATHS_PER_CALL = DELIVERY.WILDCARD_PATHS / 2;

/** Pauses while CloudFront accepts no more invalidations (milliseconds). */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

/** One path of an invalidation: the signed URLs of an image, or its public ones. */
interface Task {
  readonly invalidation: Invalidation;
  /** Path of the image. */
  readonly path: string;
  /** Clear the record's mark; empty if no record waits for it. */
  readonly writes: readonly Write[];
}

type Tasks = readonly Task[];

/**
 * Sends invalidations to CloudFront, and clears the marks of the records that wait for them. While CloudFront accepts
 * no more, it pauses, and continues with one path per call and one path per user. Returns the invalidations that are
 * not done by the deadline (epoch milliseconds).
 */
export async function invalidateImages(
  deps: InvalidatorDeps, asked: readonly Invalidation[], deadline: number,
): Promise<Invalidation[]> {
  const failed: Task[] = [];
  let left: Tasks = asked.flatMap(listTasks);
  let isFull = false;
  for (let pause = FIRST_PAUSE_MS; left.length > 0 && deps.clock.now() < deadline;) {
    const { paths, tasks, rest } = planCall(left, isFull);
    const outcome = await send(deps, paths, tasks);
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
  const undone = new Set([...failed, ...left].map(({ invalidation }) => invalidation));
  return asked.filter(invalidation => undone.has(invalidation));
}

function listTasks(invalidation: Invalidation): Task[] {
  const { image_id, object_key, mark, scope, unpublished } = invalidation;
  const signed = {
    invalidation,
    path: buildDeliveryPath(object_key),
    writes: mark === undefined ? [] : clearInvalidationWrites(image_id, object_key, mark),
  };
  const open = {
    invalidation,
    path: buildPublicPath(object_key),
    writes: unpublished === undefined ? [] : clearUnpublishedWrites(image_id, object_key, unpublished),
  };
  if (scope === undefined) return [signed];
  return scope === 'public' ? [open] : [signed, open];
}

interface Call {
  readonly paths: readonly string[];
  /** The tasks that the paths cover, and those left for other calls. */
  readonly tasks: Tasks;
  readonly rest: Tasks;
}

function planCall(left: Tasks, isFull: boolean): Call {
  const merged = [...mergePaths(left.map(({ path }) => path), isFull ? 1 : MAX_IMAGES_OF_USER)];
  const call = merged.slice(0, isFull ? 1 : PATHS_PER_CALL);
  const covered = new Set(call.flatMap(([, paths]) => paths));
  return {
    paths: call.map(([wildcard]) => wildcard),
    tasks: left.filter(({ path }) => covered.has(path)),
    rest: left.filter(({ path }) => !covered.has(path)),
  };
}

/** Returns the tasks that failed: their messages must come again. */
async function send(deps: InvalidatorDeps, paths: readonly string[], tasks: Tasks): Promise<Tasks | 'busy'> {
  try {
    if (!await deps.distribution.invalidate(paths)) return 'busy';
  } catch (error) {
    deps.logger.warn('an invalidation failed; the queue delivers it again', {
      image_ids: tasks.map(({ invalidation }) => invalidation.image_id),
      error,
    });
    return tasks;
  }
  const cleared = await Promise.all(tasks.map(task => clearMark(deps, task)));
  return tasks.filter((_, i) => !cleared[i]);
}

/** A record without a mark, or an absent one, needs no write. */
async function clearMark(deps: InvalidatorDeps, { invalidation, writes }: Task): Promise<boolean> {
  if (writes.length === 0) return true;
  try {
    await persist(deps, () => deps.table.write(writes));
    return true;
  } catch (error) {
    deps.logger.warn('clearing the mark of an accepted invalidation failed; the queue delivers it again', {
      image_id: invalidation.image_id,
      error,
    });
    return false;
  }
}
