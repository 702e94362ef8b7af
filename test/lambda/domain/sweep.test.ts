import { released } from '../../../lambda/domain/image-states';
import type { Deps, Write } from '../../../lambda/domain/ports';
import { sweep } from '../../../lambda/domain/sweep';
import { type ImageRow, METRICS, type Status, SWEEP } from '../../../src/contract';
import { Clock } from '../../model/clock';
import { MemoryTable } from '../../model/memory-table';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');

function dueRow(status: Status): ImageRow {
  return {
    image_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    owner: 'alice',
    updated_at: '2026-11-01T00:00:00.000Z',
    status,
    version: 2,
    object_key: 'originals/_/alice/x/y',
    url_until: 0,
    content_type: 'image/png',
    size: 3,
    sweep: 0,
    due_at: NOW - 1,
  };
}

/** One visit to a row, to which `between` happens when the visitor has moved its date. */
async function visited(row: ImageRow, processing: boolean, between: (table: MemoryTable, row: ImageRow) => Promise<unknown> = async () => {}) {
  const clock = new Clock(NOW);
  const stored = new MemoryTable(clock);
  const counted: string[] = [];
  await stored.write([{ put: row, guard: 'absent' }]);
  const table = Object.assign(Object.create(stored) as MemoryTable, {
    write: async (writes: readonly Write[]) => {
      const outcome = await stored.write(writes);
      if (writes.some(write => 'update' in write && write.set.due_at === NOW + SWEEP.INTERVAL_MS)) await between(stored, row);
      return outcome;
    },
  });
  const journal = { warn: () => undefined, count: (metric: string) => void counted.push(metric) };
  const deps = { table, world: { now: () => NOW }, journal, policy: { processing } };
  await sweep(deps as unknown as Deps, Infinity);
  return { row: await stored.get(row.image_id), counted };
}

/** The smallest world that shows what a visit deletes. */
async function deletedBySweeping(row: ImageRow): Promise<string[]> {
  const deleted: string[] = [];
  let isVisited = false;
  const deps = {
    table: {
      getMany: async () => [row],
      write: async () => ({ done: true }),
      listDue: async (partition: number) => {
        const keys = partition === 0 && !isVisited ? [{ image_id: row.image_id, due_at: row.due_at }] : [];
        isVisited ||= partition === 0;
        return keys;
      },
    },
    objects: { find: async () => undefined, delete: async (key: string) => void deleted.push(key) },
    world: { now: () => NOW },
    journal: { warn: () => undefined, count: () => undefined },
    policy: { deletedRecordDays: 30 },
  } as unknown as Deps;
  await sweep(deps, Infinity);
  return deleted;
}

describe('a row that is due', () => {
  test.each<Status>(['rejected', 'deleting', 'expired'])('loses its bytes where it is %s', async status => {
    expect(await deletedBySweeping(dueRow(status))).toEqual(['originals/_/alice/x/y']);
  });

  test.each<Status>(['processing', 'ready', 'failed', 'deleted'])('keeps its bytes where it is %s: another release may have given it a date', async status => {
    expect(await deletedBySweeping(dueRow(status))).toEqual([]);
  });
});

describe('a claim that has ended', () => {
  const spent = { ...dueRow('processing'), attempt: 5, tries: 5, claim_until: NOW - 1 };
  /** The worker lives still, and hears that the scanner has not looked: that was no try. */
  const release = async (table: MemoryTable, row: ImageRow) => table.write(released(row, NOW));

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
      expect((await visited(spent, false, between)).row?.status).toBe(status);
    });
});
