import { createHash } from 'node:crypto';

/** Random numbers from a seed: an equal seed repeats them. */
export class Random {
  private drawn = 0;

  constructor(private readonly seed: number) {}

  /** From 0 to below 1. */
  next(): number {
    const digest = createHash('sha256').update(`${this.seed}:${this.drawn++}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }

  pickBetween(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  among<T>(values: readonly T[]): T {
    return values[this.pickBetween(0, values.length - 1)];
  }

  isHit(chance: number): boolean {
    return this.next() < chance;
  }
}
