import { listImages, type Listing } from '../../../lambda/domain/list-images';
import type { Deps, IndexQuery } from '../../../lambda/domain/ports';
import { type ImageRecord, METRICS } from '../../../src/contract';

const COUNT = 1200;
const idOf = (n: number): string => `01${String(n).padStart(24, '0')}`;
const ROWS = Array.from({ length: COUNT }, (_, n) => {
  const at = new Date(Date.UTC(2026, 10, 30) + n).toISOString();
  // Only the oldest has failed.
  return {
    image_id: idOf(n),
    owner: 'alice',
    created_at: `${at}#${idOf(n)}`,
    status: n === 0
      ? 'failed'
      : 'ready',
  } as ImageRecord;
}).reverse();

/** The records of one user, newest first, and how many of them were read. */
function table() {
  const counts: [string, number][] = [];
  let read = 0;
  const deps = {
    table: {
      listByUser: async ({ limit, behind }: IndexQuery) => {
        const start = behind ? ROWS.findIndex(({ created_at }) => created_at === behind.created_at) + 1 : 0;
        return { keys: ROWS.slice(start, start + limit), more: start + limit < COUNT };
      },
      getMany: async (ids: readonly string[]) => {
        read += ids.length;
        return ROWS.filter(({ image_id }) => ids.includes(image_id));
      },
    },
    metrics: { count: (metric: string, by = 1) => counts.push([metric, by]), measure: () => undefined },
  } as unknown as Deps;
  return { deps, counts, read: () => read };
}

const listing = (filters: Partial<Listing['filters']>, position?: string): Listing => ({
  filters: { tags: [], ...filters },
  descending: true,
  limit: 25,
  position,
});

test('a page that finds nothing ends after 500 candidates, and counts them', async () => {
  const { deps, counts, read } = table();
  const page = await listImages(deps, { userId: 'alice' }, listing({ status: 'failed' }));
  expect([page.images, page.position, read()]).toEqual([[], ROWS[499].created_at, 500]);
  expect(counts.map(([metric]) => metric)).toEqual(Array(5).fill(METRICS.LIST_CANDIDATES));
  expect(counts.reduce((sum, [, by]) => sum + by, 0)).toBe(500);
});

test('the pages together find what one page did not', async () => {
  const { deps, read } = table();
  const found: string[] = [];
  let pages = 0;
  for (let position: string | undefined; pages === 0 || position !== undefined; pages++) {
    const page = await listImages(deps, { userId: 'alice' }, listing({ status: 'failed' }, position));
    found.push(...page.images.map(({ image_id }) => image_id));
    position = page.position;
  }
  expect([found, pages, read()]).toEqual([[idOf(0)], 3, COUNT]);
});

test('a list that a key serves counts no candidates', async () => {
  const { deps, counts } = table();
  expect((await listImages(deps, { userId: 'alice' }, listing({}))).images).toHaveLength(25);
  expect(counts).toEqual([]);
});
