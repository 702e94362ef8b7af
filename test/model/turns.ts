import type { Clock } from './clock';

/** Selects the `who`-th of the waiting operations, and gives it that many more turns in a row. */
export interface Pick {
  readonly who: number;
  readonly turns: number;
}

interface Waiting {
  readonly party: object;
  readonly go: () => void;
}

/**
 * Makes concurrent operations take turns at each of their steps, in the order of a list of picks. A run replays
 * exactly, and shrinks with the list.
 */
export class Turns {
  private waiting: Waiting[] = [];
  private current?: { readonly party: object; left: number };

  constructor(private readonly clock: Clock, private readonly picks: Pick[]) {}

  take(party: object): Promise<void> {
    return new Promise(go => this.waiting.push({ party, go }));
  }

  /** Gives turns until the promise settles. When all operations sleep, advances time to the next wake-up. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    work.then(() => { isDone = true; }, () => { isDone = true; });
    for (;;) {
      // Node runs every promise job before the next macrotask: by then the operation waits, sleeps or is done.
      await new Promise(resolve => setImmediate(resolve));
      if (isDone) return work;
      const next = this.next();
      if (next !== undefined) {next.go();} else if (!this.clock.meetNext()) {
        throw new Error('nobody can go on: an operation waits for something that never comes');
      }
    }
  }

  private next(): Waiting | undefined {
    const [first] = this.waiting;
    if (this.waiting.every(({ party }) => party === first.party)) return this.waiting.shift();
    const again = this.waiting.findIndex(({ party }) => party === this.current?.party);
    if (again >= 0 && this.current!.left-- > 0) return this.waiting.splice(again, 1)[0];
    const { who, turns } = this.picks.shift() ?? { who: 0, turns: 0 };
    const [chosen] = this.waiting.splice(who % this.waiting.length, 1);
    this.current = { party: chosen.party, left: turns };
    return chosen;
  }
}
