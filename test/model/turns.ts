import type { Clock } from './clock';

/** Who may go next, where several wait: the `who`-th of them, and then so many more turns in a row. */
export interface Pick {
  readonly who: number;
  readonly turns: number;
}

interface Waiting {
  readonly party: object;
  readonly go: () => void;
}

/**
 * Lets operations that run at the same time take turns at each of their steps, in an order that a list of picks decides:
 * a run replays exactly, and shrinks with the list.
 */
export class Turns {
  private waiting: Waiting[] = [];
  private current?: { readonly party: object; left: number };

  constructor(private readonly clock: Clock, private readonly picks: Pick[]) {}

  take(party: object): Promise<void> {
    return new Promise(go => this.waiting.push({ party, go }));
  }

  /** Gives turns until the promise settles. Where all sleep, time goes on to the next who wakes. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    work.then(() => { isDone = true; }, () => { isDone = true; });
    for (;;) {
      // Every promise job is run before the next macrotask: whoever had the turn waits, sleeps or is done by then.
      await new Promise(resolve => setImmediate(resolve));
      if (isDone) return work;
      const next = this.next();
      if (next !== undefined) next.go();
      else if (!this.clock.meetNext()) throw new Error('nobody can go on: an operation waits for something that never comes');
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
