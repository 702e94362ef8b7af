const RealDate = Date;

/**
 * Shifts only `Date` in this process: timers stay real, so that sockets and polling go on. A Proxy, because a subclass
 * would break `instanceof` for existing dates.
 */
export class ShiftedClock {
  private offset = 0;
  private frozenAt?: number;

  install(): void {
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args: [], newTarget) =>
        Reflect.construct(target, args.length ? args : [this.now()], newTarget) as object,
      apply: () => new RealDate(this.now()).toString(),
      get: (target, key) => (key === 'now' ? () => this.now() : Reflect.get(target, key) as unknown),
    });
  }

  uninstall(): void {
    globalThis.Date = RealDate;
  }

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }

  async freeze<T>(work: () => Promise<T>): Promise<T> {
    this.frozenAt = this.now();
    try {
      return await work();
    } finally {
      this.frozenAt = undefined;
    }
  }

  private now(): number {
    return this.frozenAt ?? RealDate.now() + this.offset;
  }
}
