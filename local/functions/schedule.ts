import type { Context } from 'aws-lambda';
import { buildLambdaContext } from './context';
import { SWEEP } from '../../src/contract';

export type Sweeper = (event: unknown, context: Context) => Promise<unknown>;


/** Runs the sweeper as EventBridge would, one run at a time. */
export class Schedule {
  private last: Promise<void> = Promise.resolve();
  private readonly timer?: NodeJS.Timeout;

  constructor(private readonly sweeper: Sweeper, interval: number) {
    if (interval > 0) {
      this.timer = setInterval(() => void this.run().catch(error => console.error(error)), interval).unref();
    }
  }

  async run(): Promise<void> {
    const run = this.last.then(async () => { await this.sweeper({}, buildLambdaContext(SWEEP.TIMEOUT_MS)); });
    this.last = run.catch(() => undefined);
    return run;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.last;
  }
}
