import type { Answer } from './answer';
import { Cache, type Hit } from './cache';

export interface Fetched extends Hit {
  readonly isHit: boolean;
}

/** Separates path and headers in a cache key. A path cannot contain it unencoded. */
export const HEADER_MARK = '\n';

interface PendingFetch {
  readonly answer: Promise<Answer>;
  /** Invalidated during the fetch: the waiting requests get the response, but it is not stored. */
  isStale: boolean;
}

/** The cache in front of the origins. Concurrent requests for one key share one fetch. */
export class ThroughCache {
  private readonly pending = new Map<string, PendingFetch>();

  constructor(readonly cache = new Cache()) {}

  async fetch(key: string, origin: (key: string) => Promise<Answer>, minTtl = 0): Promise<Fetched> {
    const hit = this.cache.get(key);
    if (hit) return { ...hit, isHit: true };
    const running = this.pending.get(key);
    const fetching = running ?? this.startFetch(key, origin, minTtl);
    return { answer: await fetching.answer, age: 0, isHit: running !== undefined };
  }

  /** Invalidates by path, for all headers in the key. */
  invalidate(isPathMatched: (path: string) => boolean): void {
    const matches = (key: string): boolean => isPathMatched(key.split(HEADER_MARK)[0]);
    this.cache.removeWhere(matches);
    for (const [key, fetching] of this.pending) {
      if (!matches(key)) continue;
      fetching.isStale = true;
      this.pending.delete(key);
    }
  }

  private startFetch(key: string, origin: (key: string) => Promise<Answer>, minTtl: number): PendingFetch {
    const fetching: PendingFetch = {
      isStale: false,
      answer: origin(key).then(answer => {
        if (!fetching.isStale) this.cache.put(key, answer, minTtl);
        return answer;
      }).finally(() => {
        if (this.pending.get(key) === fetching) this.pending.delete(key);
      }),
    };
    this.pending.set(key, fetching);
    return fetching;
  }
}
