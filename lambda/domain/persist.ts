import { TryAgain, buildUnavailable } from './errors';
import type { Deps } from './ports';

/**
 * How long a request retries before it answers 503 (milliseconds). That is long enough for dozens of concurrent changes
 * of one image on a slow machine, and far from API Gateway's 29 seconds.
 */
const PATIENCE_MS = 5000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/** Result of an attempt after a concurrent change of its record: read the record and decide again. */
export const MOVED = Symbol('moved');

/**
 * Runs an attempt (read, decide, write) until it settles the request. Concurrent transactions on one record cancel each
 * other, and the SDK does not retry them. After a lost answer, only another read shows the result. Full jitter:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function persist<T>(
  deps: Pick<Deps, 'clock' | 'randomBytes'>, attempt: () => Promise<T | typeof MOVED>,
): Promise<T> {
  let until: number | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const result = await attempt().catch((error: unknown) => {
      if (error instanceof TryAgain) return MOVED;
      throw error;
    });
    if (result !== MOVED) return result as T;
    // Counted from the first conflict: the record is read again at least once, however long the first attempt took.
    until ??= deps.clock.now() + PATIENCE_MS;
    if (deps.clock.now() >= until) throw buildUnavailable();
    await deps.clock.sleep((deps.randomBytes(1)[0] / 256) * pause);
  }
}
