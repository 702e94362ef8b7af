interface Timer {
  readonly time: number;
  readonly action: () => void;
}

/** True time, in whole epoch milliseconds as every clock tells it. It moves only when told, and meets every timer on its way. */
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

  /** Goes to the next timer; false if there is none. */
  meetNext(): boolean {
    const timer = this.timers.shift();
    if (timer === undefined) return false;
    this.now = Math.max(this.now, timer.time);
    timer.action();
    return true;
  }
}
