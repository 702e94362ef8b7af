import type { Deps } from '../../../lambda/domain/ports';
import { sweep } from '../../../lambda/domain/sweep';
import type { ImageRow, Status } from '../../../src/contract';

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

/** The smallest world that shows what a visit deletes. */
async function deletedBySweeping(row: ImageRow): Promise<string[]> {
  const deleted: string[] = [];
  let visited = false;
  const deps = {
    table: {
      get: async () => row,
      write: async () => ({ done: true }),
      listDue: async (shard: number) => {
        const ids = shard === 0 && !visited ? [row.image_id] : [];
        visited ||= shard === 0;
        return ids;
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
