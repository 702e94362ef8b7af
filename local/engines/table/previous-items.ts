interface Previous {
  readonly value: unknown;
  /** Milliseconds of the monotonic clock, which tests cannot shift. */
  readonly until: number;
}

const PREFIX = 'item-';

/**
 * Items before their last write. An eventually consistent read "might not reflect the results of a recently completed
 * write" (Amazon DynamoDB Developer Guide, "DynamoDB read consistency"). Here it never does for a while, so missing
 * `ConsistentRead` always fails.
 */
export class PreviousItems {
  private readonly items = new Map<string, Previous>();

  constructor(private readonly lagMs: number) {}

  keep(key: string, read: () => unknown): void {
    if (this.lagMs === 0 || !key.startsWith(PREFIX)) return;
    const now = performance.now();
    this.items.delete(key);
    this.items.set(key, { value: read(), until: now + this.lagMs });
    // In the order of writes, so expired items come first.
    for (const [old, { until }] of this.items) {
      if (until > now) break;
      this.items.delete(old);
    }
  }

  find(key: string): Previous | undefined {
    const previous = this.items.get(key);
    return previous && previous.until > performance.now() ? previous : undefined;
  }
}
