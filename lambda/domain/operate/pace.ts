import { OPERATOR_RATE } from '../../../src/contract';
import type { Deps } from '../ports';

/** Images handled at once. */
const MOST_AT_ONCE = 25;

/**
 * Reading this many records counts as one image. A walk without work reads 200 records a second at the default rate,
 * which is some 50 read units for records of 1 KB.
 */
export const READS_PER_IMAGE = 20;

/** Bounds the images per second: a full queue would delay new uploads. */
export class Pace {
  private next: number;

  constructor(private readonly deps: Deps, private readonly rate: number = OPERATOR_RATE.DEFAULT) {
    this.next = deps.clock.now();
  }

  /** How many images may be handled at once. */
  get atOnce(): number {
    return Math.max(1, Math.min(this.rate, MOST_AT_ONCE));
  }

  /** Waits after this many announced images and read records, until others may follow. */
  async wait(queued: number, read = 0): Promise<void> {
    const now = this.deps.clock.now();
    const count = queued + read / READS_PER_IMAGE;
    this.next = Math.max(this.next + (count / this.rate) * 1000, now);
    if (this.next > now) await this.deps.clock.sleep(this.next - now);
  }
}
