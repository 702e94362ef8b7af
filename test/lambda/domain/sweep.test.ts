import { computeUserSegment } from '../../../lambda/domain/caller';
import { awaitScanWrites } from '../../../lambda/domain/image-states';
import type { Deps, Write } from '../../../lambda/domain/ports';
import { sweep } from '../../../lambda/domain/sweep';
import { type ImageRecord, buildLeaseId, METRICS, buildOriginalKey, type Status, SWEEP } from '../../../src/contract';
import { Clock } from '../../model/clock';
import { MemoryTable } from '../../model/memory-table';
import { QUIET } from '../../support/quiet-logger';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const KEY = buildOriginalKey('_', computeUserSegment({ userId: 'alice' }), ID, '6e');
const NOW = Date.parse('2026-11-22T12:00:00.000Z');

function dueRow(status: Status): ImageRecord {
  return {
    image_id: ID,
    owner: 'alice',
    updated_at: '2026-11-01T00:00:00.000Z',
    status,
    version: 2,
    object_key: KEY,
    url_until: 0,
    content_type: 'image/png',
    size: 3,
    sweep: 0,
    due_at: NOW - 1,
  };
}

/** Sweeps one record. `between` runs after the sweeper has moved its date. */
async function visited(
  row: ImageRecord,
  processing: boolean,
  between: (table: MemoryTable, row: ImageRecord) => Promise<unknown> = async () => {},
) {
  const clock = new Clock(NOW);
  const stored = new MemoryTable(clock);
  const counted: string[] = [];
  await stored.write([{ put: row, guard: 'absent' }]);
  const table = Object.assign(Object.create(stored) as MemoryTable, {
    write: async (writes: readonly Write[]) => {
      const outcome = await stored.write(writes);
      if (writes.some(write => 'update' in write && write.set.due_at === NOW + SWEEP.INTERVAL_MS)) {
        await between(stored, row);
      }
      return outcome;
    },
  });
  const logged: unknown[] = [];
  const logger = { ...QUIET, info: (...line: unknown[]) => void logged.push(line) };
  const metrics = { count: (metric: string) => void counted.push(metric) };
  const deps = { table, clock: { now: () => NOW }, logger, metrics, policy: { processing } };
  await sweep(deps as unknown as Deps, Infinity);
  return { row: await stored.get(row.image_id), counted, logged };
}

/** Sweeps one record with just enough of a service to show which objects are deleted. */
async function deletedBySweeping(row: ImageRecord): Promise<string[]> {
  return (await effectsOfSweeping(row)).deleted;
}

async function effectsOfSweeping(row: ImageRecord) {
  const deleted: string[] = [];
  const announced: string[] = [];
  const writes: Write[] = [];
  const warned: unknown[] = [];
  const counted: string[] = [];
  let isVisited = false;
  const deps = {
    table: {
      getMany: async () => [row],
      write: async (each: readonly Write[]) => { writes.push(...each); return { done: true }; },
      listDue: async (partition: number) => {
        const keys = partition === 0 && !isVisited ? [{ image_id: row.image_id, due_at: row.due_at }] : [];
        isVisited ||= partition === 0;
        return keys;
      },
    },
    objects: {
      find: async () => undefined,
      delete: async (key: string) => void deleted.push(key),
      deleteAll: async (prefix: string) => void deleted.push(prefix),
    },
    queue: { announce: async (key: string) => void announced.push(key) },
    cdn: { invalidate: async ({ path }: { path: string }) => void announced.push(path) },
    clock: { now: () => NOW },
    logger: { ...QUIET, warn: (message: string, facts: object) => void warned.push({ message, ...facts }) },
    metrics: { count: (metric: string, by = 1) => void (by > 0 && counted.push(metric)), measure: () => undefined },
    policy: { deletedRecordDays: 30, processing: true },
  } as unknown as Deps;
  await sweep(deps, Infinity);
  return { deleted, announced, writes, warned, counted };
}

describe('a row that is due', () => {
  test.each<Status>(['rejected', 'deleting', 'expired'])('loses its bytes where it is %s', async status => {
    expect(await deletedBySweeping(dueRow(status))).toEqual([KEY]);
  });

  test.each<Status>(['processing', 'ready', 'failed', 'deleted'])(
    'keeps its bytes where it is %s: another release may have given it a date', async status => {
      expect(await deletedBySweeping(dueRow(status))).toEqual([]);
    },
  );
});

const VICTIM = '01ARZ3NDEKTSV4RRFFQ69G5FAW';
const VICTIMS_KEY = buildOriginalKey('_', computeUserSegment({ userId: 'victim' }), VICTIM, '6e');

describe('a record that names an object which it cannot own', () => {
  /** Items with the sweeper's attributes that their writer may put, and records changed to name another's object. */
  const FORGED: [string, Partial<ImageRecord>][] = [
    ['a lease', { image_id: buildLeaseId(VICTIM, 'thumb.avif'), owner: 'victim' }],
    ['rejected bytes', { image_id: `refused#${'0a'.repeat(32)}`, owner: 'victim' }],
    ['a facet', { image_id: `${VICTIM}#tag:a`, owner: 'victim' }],
    ['an item without an owner', { image_id: VICTIM, owner: undefined }],
    ['a record of another owner', { image_id: VICTIM, owner: 'mallory' }],
    ['a record of another image of its owner', { image_id: ID, owner: 'victim' }],
    ['an upload that started again, with another nonce', { image_id: `${VICTIM}#expired:7f`, owner: 'victim' }],
  ];
  const STATES: Status[] = ['pending', 'processing', 'rejected', 'deleting', 'expired'];

  test.each(FORGED.flatMap(([name, change]) => STATES.map(status => [name, status, change] as const)))(
    'is left alone and reported: %s, %s', async (_, status, change) => {
      const row = {
        ...dueRow(status),
        attempt: 1,
        invalidate: true,
        object_key: VICTIMS_KEY,
        ...change,
      } as ImageRecord;
      const { deleted, announced, writes, warned, counted } = await effectsOfSweeping(row);
      expect({ deleted, announced }).toEqual({ deleted: [], announced: [] });
      // Only its date moves: it must not delay other due records.
      expect(writes).toEqual([expect.objectContaining({ update: row.image_id, set: { due_at: expect.any(Number) } })]);
      expect(warned).toEqual([
        { message: 'a record has an object key that is not its own; ignored', image_id: row.image_id },
      ]);
      expect(counted).toContain(METRICS.FOREIGN_KEYS);
    });
});

describe('a claim that has ended', () => {
  const spent = { ...dueRow('processing'), attempt: 5, tries: 5, claim_until: NOW - 1 };
  /** The worker is still alive and learns that the scan is pending, which does not count as a try. */
  const release = async (table: MemoryTable, row: ImageRecord) => table.write(awaitScanWrites(row, NOW));

  test('is given up after its last try, and counted', async () => {
    const { row, counted } = await visited(spent, true);
    expect(row?.status).toBe('failed');
    expect(counted).toContain(METRICS.IMAGES_FAILED);
  });

  test('is not given up where its worker released it after the visitor had come', async () => {
    const { row, counted } = await visited(spent, true, release);
    expect(row).toMatchObject({ status: 'processing', tries: 4, due_at: expect.any(Number) });
    expect(counted).not.toContain(METRICS.IMAGES_FAILED);
  });

  test.each([['is', async () => {}, 'ready'], ['is not, where the row has moved,', release, 'processing']] as const)(
    '%s ready where there are no workers any more', async (_, between, status) => {
      const listed = { ...spent, created_at: `${new Date(NOW - 500).toISOString()}#${ID}` };
      const { row, logged } = await visited(listed, false, between);
      expect(row?.status).toBe(status);
      const line = ['record processed', expect.objectContaining({ image_id: ID, status: 'ready', ready_after_ms: 500 })];
      expect(logged).toEqual(status === 'ready' ? [line] : []);
    });
});
