import { OPERATOR_RATE } from '../../../src/contract';
import type { Deps } from '../ports';

/** Images that are handled at once. */
const MOST_AT_ONCE = 25;

/** Keeps to so many images a second: workers that find a full queue make new uploads wait behind it. */
export class Pace {
  private next: number;

  constructor(private readonly deps: Deps, private readonly rate: number = OPERATOR_RATE.DEFAULT) {
    this.next = deps.world.now();
  }

  /** How many may be handled at once. */
  get atOnce(): number {
    return Math.max(1, Math.min(this.rate, MOST_AT_ONCE));
  }

  /** After so many: until others may follow. */
  async after(count: number): Promise<void> {
    const now = this.deps.world.now();
    this.next = Math.max(this.next + (count / this.rate) * 1000, now);
    if (this.next > now) await this.deps.world.sleep(this.next - now);
  }
}
