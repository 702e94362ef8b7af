import type { Ask } from './operator';
import { type LeftReason, OPERATOR_IMAGES, type OperatorAnswer, type OperatorRequest, type QueueStatus } from '../src/contract';

/** What has been done so far, over all calls. */
export interface Totals {
  seen: number;
  queued: number;
  skipped: number;
  readonly left: Partial<Record<LeftReason, number>>;
  /** Of a redrive: the first images that it queued. */
  readonly imageIds: string[];
}

export interface Outcome extends Totals {
  readonly status: QueueStatus;
  /** Where to go on; undefined when nothing is left. */
  readonly cursor?: string;
  readonly refusal?: string;
}

export interface Watcher {
  /** After each answer. */
  onAnswer(totals: Totals, answer: OperatorAnswer): void;
  /** Whether to stop after the answer that is awaited. */
  isStopped(): boolean;
}

/** What one call may take: long enough to be worth it, short enough to watch. */
const SECONDS = 5;

/** Asks until all is done, something is refused, or nobody wants any more. */
export async function run(ask: Ask, request: OperatorRequest, watcher: Watcher): Promise<Outcome> {
  const totals: Totals = { seen: 0, queued: 0, skipped: 0, left: {}, imageIds: [] };
  let next = request;
  for (;;) {
    const answer = await ask(next.command === 'status' ? next : { ...next, seconds: SECONDS });
    add(totals, answer);
    watcher.onAnswer({ ...totals }, answer);
    const { done, cursor, status, refusal } = answer;
    if (done || refusal !== undefined || watcher.isStopped()) return { ...totals, status, refusal, cursor: done ? undefined : cursor };
    if (cursor === undefined) throw new Error('the operator\'s function says neither that all is done nor how to go on');
    next = { ...next, cursor } as OperatorRequest;
  }
}

function add(totals: Totals, { seen, queued, skipped, left, image_ids = [] }: OperatorAnswer): void {
  totals.seen += seen;
  totals.queued += queued;
  totals.skipped += skipped;
  for (const [reason, count] of Object.entries(left) as [LeftReason, number][]) totals.left[reason] = (totals.left[reason] ?? 0) + count;
  // Two messages of one image may come with two answers.
  const unknown = image_ids.filter(id => !totals.imageIds.includes(id));
  totals.imageIds.push(...unknown.slice(0, OPERATOR_IMAGES - totals.imageIds.length));
}
