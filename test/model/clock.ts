interface Timer {
  readonly time: number;
  readonly action: () => void;
}

/** True time in whole epoch milliseconds. It moves only on request, and fires every timer that it passes. */
export class Clock {
  private timers: Timer[] = [];

  constructor(public now: number) {}

  at(time: number, action: () => void): void {
    this.timers.push({ time: Math.ceil(time), action });
    this.timers.sort((a, b) => a.time - b.time);
  }

  advance(milliseconds: number): void {
    const end = this.now + Math.ceil(milliseconds);
    while (this.timers.length > 0 && this.timers[0].time <= end) this.meetNext();
    this.now = end;
  }

  /** Advances to the next timer; returns false if no timer is set. */
  meetNext(): boolean {
    const timer = this.timers.shift();
    if (timer === undefined) return false;
    this.now = Math.max(this.now, timer.time);
    timer.action();
    return true;
  }
}
