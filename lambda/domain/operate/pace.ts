import { OPERATOR_RATE } from '../../../src/contract';
import type { Deps } from '../ports';

/** Images that are handled at once. */
const MOST_AT_ONCE = 25;

/**
 * What looking at so many records takes of the table is counted as one image: a walk that finds nothing to do reads 200 records a second at the default rate,
 * which is some 50 read units where a record has 1 KB.
 */
export const READS_PER_IMAGE = 20;

/** Keeps to so many images a second: workers that find a full queue make new uploads wait behind it. */
export class Pace {
  private next: number;

  constructor(private readonly deps: Deps, private readonly rate: number = OPERATOR_RATE.DEFAULT) {
    this.next = deps.clock.now();
  }

  /** How many may be handled at once. */
  get atOnce(): number {
    return Math.max(1, Math.min(this.rate, MOST_AT_ONCE));
  }

  /** After so many that were handed over, and so many records that were read: until others may follow. */
  async wait(queued: number, read = 0): Promise<void> {
    const now = this.deps.clock.now();
    const count = queued + read / READS_PER_IMAGE;
    this.next = Math.max(this.next + (count / this.rate) * 1000, now);
    if (this.next > now) await this.deps.clock.sleep(this.next - now);
  }
}
