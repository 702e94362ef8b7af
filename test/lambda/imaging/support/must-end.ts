import { createContext, Script } from 'node:vm';

/** Longer than slow work on a busy machine: hours become a failure. */
const HANG_MS = 15_000;
const sandbox = createContext({ work: (): void => undefined });
const script = new Script('work()');

/** Ends work that never waits, which the timeout of a test cannot. */
export function mustEnd(work: () => void): void {
  sandbox.work = work;
  script.runInContext(sandbox, { timeout: HANG_MS });
}
