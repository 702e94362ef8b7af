import { TryAgain, buildUnavailable } from './errors';
import type { Deps } from './ports';

/**
 * How long a request goes on trying before it asks the client to (milliseconds): long enough for dozens that change one
 * image at once on a slow machine, far from API Gateway's 29 seconds.
 */
const PATIENCE_MS = 5000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/** What an attempt returns when the record moved under it: read it again and decide anew. */
export const MOVED = Symbol('moved');

/**
 * Runs an attempt (read, decide, write) until it settles the request. Concurrent transactions on one record cancel each
 * other and the SDK does not retry them, and after a lost answer only reading again tells what happened. Full jitter:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function persist<T>(deps: Pick<Deps, 'clock' | 'randomBytes'>, attempt: () => Promise<T | typeof MOVED>): Promise<T> {
  let until: number | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const result = await attempt().catch((error: unknown) => {
      if (error instanceof TryAgain) return MOVED;
      throw error;
    });
    if (result !== MOVED) return result as T;
    // Counted from the first refusal: however long that took to come, the record is read again before we give up.
    until ??= deps.clock.now() + PATIENCE_MS;
    if (deps.clock.now() >= until) throw buildUnavailable();
    await deps.clock.sleep((deps.randomBytes(1)[0] / 256) * pause);
  }
}
