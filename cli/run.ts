import type { Ask } from './operator';
import type { OperatorAnswer, OperatorRequest, QueueStatus } from '../src/contract';

/** What has been done so far, over all calls. */
export interface Totals {
  seen: number;
  queued: number;
  skipped: number;
}

export interface Outcome extends Totals {
  readonly status: QueueStatus;
  /** Where to go on; undefined when nothing is left. */
  readonly cursor?: string;
  readonly refusal?: string;
}

export interface Watcher {
  /** After each answer. */
  advanced(totals: Totals, answer: OperatorAnswer): void;
  /** Whether to stop after the answer that is awaited. */
  isStopped(): boolean;
}

/** What one call may take: long enough to be worth it, short enough to watch. */
const SECONDS = 5;

/** Asks until all is done, something is refused, or nobody wants any more. */
export async function run(ask: Ask, request: OperatorRequest, watcher: Watcher): Promise<Outcome> {
  const totals: Totals = { seen: 0, queued: 0, skipped: 0 };
  let next = request;
  for (;;) {
    const answer = await ask(next.command === 'status' ? next : { ...next, seconds: SECONDS });
    totals.seen += answer.seen;
    totals.queued += answer.queued;
    totals.skipped += answer.skipped;
    watcher.advanced({ ...totals }, answer);
    const { done, cursor, status, refusal } = answer;
    if (done || refusal !== undefined || watcher.isStopped()) return { ...totals, status, refusal, cursor: done ? undefined : cursor };
    if (cursor === undefined) throw new Error('the operator\'s function says neither that all is done nor how to go on');
    next = { ...next, cursor } as OperatorRequest;
  }
}
