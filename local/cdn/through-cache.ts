import type { Answer } from './answer';
import { Cache, type Hit } from './cache';

export interface Fetched extends Hit {
  readonly isHit: boolean;
}

/** In a key, between the path and the headers of the cache policy. No path has it: it would be encoded. */
export const HEADER_MARK = '\n';

interface PendingFetch {
  readonly answer: Promise<Answer>;
  /** Invalidated while it was under way: whoever waits gets it, but it is not kept. */
  isStale: boolean;
}

/** The cache in front of origins. Those who ask for the same at once wait for one answer. */
export class ThroughCache {
  private readonly pending = new Map<string, PendingFetch>();

  constructor(readonly cache = new Cache()) {}

  async fetch(key: string, origin: (key: string) => Promise<Answer>, minTtl = 0): Promise<Fetched> {
    const hit = this.cache.get(key);
    if (hit) return { ...hit, isHit: true };
    const flying = this.pending.get(key);
    const flight = flying ?? this.startFetch(key, origin, minTtl);
    return { answer: await flight.answer, age: 0, isHit: flying !== undefined };
  }

  /** By paths: whatever headers are in a key, its path decides. */
  invalidate(isPathMatched: (path: string) => boolean): void {
    const matches = (key: string): boolean => isPathMatched(key.split(HEADER_MARK)[0]);
    this.cache.removeWhere(matches);
    for (const [key, flight] of this.pending) {
      if (!matches(key)) continue;
      flight.isStale = true;
      this.pending.delete(key);
    }
  }

  private startFetch(key: string, origin: (key: string) => Promise<Answer>, minTtl: number): PendingFetch {
    const flight: PendingFetch = {
      isStale: false,
      answer: origin(key).then(answer => {
        if (!flight.isStale) this.cache.put(key, answer, minTtl);
        return answer;
      }).finally(() => {
        if (this.pending.get(key) === flight) this.pending.delete(key);
      }),
    };
    this.pending.set(key, flight);
    return flight;
  }
}
