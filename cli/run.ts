import type { Ask } from './operator';
import {
  FAILED_IMAGES, type FailedImage, keepNewest, type LastError, type LeftReason, OPERATOR_IMAGES, type OperatorAnswer,
  type OperatorRequest, type QueueStatus,
} from '../src/contract';

/** Counts of all calls so far. */
export interface Totals {
  seen: number;
  queued: number;
  skipped: number;
  readonly left: Partial<Record<LeftReason, number>>;
  /** The first images that a redrive queued. */
  readonly imageIds: string[];
  /** For `failed`: the newest images, all of them by their last error, and the items that were read. */
  failed: readonly FailedImage[];
  readonly causes: Partial<Record<LastError, number>>;
  read: number;
}

export interface Outcome extends Totals {
  readonly status: QueueStatus;
  /** Where to continue; undefined when all is done. */
  readonly cursor?: string;
  readonly refusal?: string;
}

export interface Watcher {
  /** Called after each answer. */
  onAnswer(totals: Totals, answer: OperatorAnswer): void;
  /** Whether to stop after the pending answer. */
  isStopped(): boolean;
}

/** Duration of one call: long enough to be efficient, short enough to show progress. */
const SECONDS = 5;

/** Calls the function until all is done, it refuses a variant, or the operator stops. */
export async function run(ask: Ask, request: OperatorRequest, watcher: Watcher): Promise<Outcome> {
  const totals: Totals = {
    seen: 0, queued: 0, skipped: 0, left: {}, imageIds: [], failed: [], causes: {}, read: 0,
  };
  const limit = (request.command === 'failed' ? request.limit : undefined) ?? FAILED_IMAGES.DEFAULT;
  let next = request;
  for (;;) {
    const answer = await ask(next.command === 'status' ? next : { ...next, seconds: SECONDS });
    add(totals, answer);
    totals.failed = keepNewest([...totals.failed, ...answer.failed ?? []], limit);
    watcher.onAnswer({ ...totals }, answer);
    const { done, cursor, status, refusal } = answer;
    if (done || refusal !== undefined || watcher.isStopped()) {
      return { ...totals, status, refusal, cursor: done ? undefined : cursor };
    }
    if (cursor === undefined) throw new Error('the operator function must answer with done: true or a cursor');
    next = { ...next, cursor } as OperatorRequest;
  }
}

function add(
  totals: Totals, { seen, queued, skipped, left, image_ids = [], causes = {}, read = 0 }: OperatorAnswer,
): void {
  totals.seen += seen;
  totals.queued += queued;
  totals.skipped += skipped;
  totals.read += read;
  addCounts(totals.left, left);
  addCounts(totals.causes, causes);
  // Two answers can name the same image: it may have two messages.
  const unknown = image_ids.filter(id => !totals.imageIds.includes(id));
  totals.imageIds.push(...unknown.slice(0, OPERATOR_IMAGES - totals.imageIds.length));
}

function addCounts<K extends string>(totals: Partial<Record<K, number>>, counts: Partial<Record<K, number>>): void {
  for (const [name, count] of Object.entries(counts) as [K, number][]) totals[name] = (totals[name] ?? 0) + count;
}
