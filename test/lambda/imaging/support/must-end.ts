import { createContext, Script } from 'node:vm';

/** Longer than slow work on a busy machine. Work that would take hours fails. */
const HANG_MS = 15_000;
const sandbox = createContext({ work: (): void => undefined });
const script = new Script('work()');

/** Ends synchronous work, which a test's timeout cannot interrupt. */
export function mustEnd(work: () => void): void {
  sandbox.work = work;
  script.runInContext(sandbox, { timeout: HANG_MS });
}
