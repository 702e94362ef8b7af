import { getLogIds } from './image-log';
import type { Deps, DueKey } from './ports';
import { rescheduleWrites } from './same-state-writes';
import { sweepRecord } from './sweep/sweep-record';
import { type ImageRecord, METRICS, SWEEP, SWEEP_GROUPS } from '../../src/contract';

export interface Swept {
  visited: number;
  failed: number;
  /** The longest time that a record waited beyond its date. */
  longestDelayMs: number;
}

/** Keys of one query: few queries for a long backlog, 100 KB at most. */
const PAGE = 1000;
/** Records of one read: the limit of BatchGetItem. */
const BATCH = 100;
/**
 * Concurrent sweeps in each of the 12 partitions: together fewer than the 50 connections that the SDK opens for each of
 * its clients. With fewer lanes for abandoned creates, a backlog builds up at 200 of them a second (`npm run benchmark
 * -- sweeper`).
 */
const LANES = 4;

/** One run of the sweeper. */
interface Run {
  readonly deps: Deps;
  /** Records that become due later wait for the next run: a steady trickle must not keep a function running. */
  readonly start: number;
  readonly deadline: number;
  readonly swept: Swept;
}

/**
 * Sweeps the due records, until all are done or `deadline` (epoch milliseconds) nears. The state machine's correctness
 * depends on it: conditional writes alone leave half-done work after a crash. Throws at the end if a partition could
 * not be listed.
 */
export async function sweep(deps: Deps, deadline: number): Promise<Swept> {
  const swept: Swept = { visited: 0, failed: 0, longestDelayMs: 0 };
  const run = { deps, start: deps.clock.now(), deadline, swept };
  const partitions = Array.from(
    { length: Object.keys(SWEEP_GROUPS).length * SWEEP.SHARDS }, (_, partition) => partition,
  );
  const outcomes = await Promise.allSettled(partitions.map(partition => sweepPartition(run, partition)));
  deps.metrics.count(METRICS.SWEPT, swept.visited);
  deps.metrics.count(METRICS.SWEEP_FAILURES, swept.failed);
  const failure = outcomes.find(outcome => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return swept;
}

/**
 * Goes from the oldest due record to the newest, and never back: the index lags, so a query from the start lists
 * records that have just been swept.
 */
async function sweepPartition(run: Run, partition: number): Promise<void> {
  for (let behind: DueKey | undefined; !hasEnded(run);) {
    const keys = await run.deps.table.listDue(partition, run.start, PAGE, behind);
    updateDelay(run, keys);
    await sweepPage(run, keys);
    if (keys.length < PAGE) return;
    behind = keys.at(-1);
  }
}

/** The oldest record is the first of the first page. */
function updateDelay({ start, swept }: Run, [oldest]: readonly DueKey[]): void {
  if (oldest) swept.longestDelayMs = Math.max(swept.longestDelayMs, start - oldest.due_at);
}

/** Begins at a random record of the page, so that concurrent sweepers seldom meet. */
async function sweepPage(run: Run, keys: readonly DueKey[]): Promise<void> {
  const start = keys.length > BATCH ? Buffer.from(run.deps.randomBytes(2)).readUInt16BE() % keys.length : 0;
  const ids = [...keys.slice(start), ...keys.slice(0, start)].map(key => key.image_id);
  for (let i = 0; i < ids.length && !hasEnded(run); i += BATCH) await sweepBatch(run, ids.slice(i, i + BATCH));
}

async function sweepBatch(run: Run, ids: readonly string[]): Promise<void> {
  const { deps, swept } = run;
  const records = await deps.table.getMany(ids).catch((error: unknown) => {
    swept.failed += ids.length;
    deps.logger.warn('reading due records failed; the next run reads them again', { count: ids.length, error });
    return [];
  });
  const due = records.filter(record => record.due_at !== undefined && record.due_at <= run.start);
  await runInLanes(LANES, due, async record => {
    if (!hasEnded(run) && await sweepSafely(run, record)) swept.visited++;
  });
}

function hasEnded({ deps, deadline }: Run): boolean {
  return deps.clock.now() >= deadline;
}

/** A record that fails gets a later date, so that it does not block the others. */
async function sweepSafely({ deps, swept }: Run, record: ImageRecord): Promise<boolean> {
  try {
    const isOurs = await sweepRecord(deps, record);
    if (isOurs) deps.logger.debug('record swept', { ...getLogIds(record), status: record.status });
    return isOurs;
  } catch (error) {
    swept.failed++;
    deps.logger.warn('sweep of a record failed; the sweeper tries again later', { ...getLogIds(record), error });
    // Has no effect if the sweep has already moved the date. If this fails, the record stays due.
    await deps.table.write(rescheduleWrites(record, deps.clock.now() + SWEEP.INTERVAL_MS)).catch(() => undefined);
    return false;
  }
}

async function runInLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (const item of waiting) await work(item);
  }));
}
