/** Time of a simulation, in whole milliseconds. It advances when all running work waits for it. */
export class VirtualTime {
  private readonly alarms = new Map<number, (() => void)[]>();
  private waiting = 0;

  constructor(public now: number) {}

  scheduleAction(time: number, action: () => void): void {
    const tick = Math.max(Math.ceil(time), this.now + 1);
    const alarms = this.alarms.get(tick);
    if (alarms === undefined) this.alarms.set(tick, [action]);
    else alarms.push(action);
    this.waiting++;
  }

  reachTime(time: number): Promise<void> {
    return new Promise(resolve => this.scheduleAction(time, resolve));
  }

  async run(end: number): Promise<void> {
    while (this.now < end && this.waiting > 0) {
      this.now++;
      const alarms = this.alarms.get(this.now);
      if (alarms === undefined) continue;
      this.alarms.delete(this.now);
      this.waiting -= alarms.length;
      for (const alarm of alarms) alarm();
      // All promise jobs of the resumed work run before the next macrotask.
      await new Promise(resolve => setImmediate(resolve));
    }
    this.now = Math.max(this.now, end);
  }
}
