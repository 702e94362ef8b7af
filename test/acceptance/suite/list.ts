import type { TestEnvironment } from '../../environments/environment';
import { Client } from '../support/client';
import type { ImageView } from '../support/model';
import { expectProblem } from '../support/problems';
import { eventually, range, together } from '../support/together';
import { listIds, walk, walkPages } from '../support/walk';

const COUNT = 30;

export function listSuite(environment: TestEnvironment): void {
  describe('GET /images', () => {
    const client = new Client(environment);
    let newestFirst: ImageView[] = [];

    beforeAll(async () => {
      newestFirst = byPosition(await seed(environment, client)).reverse();
      await eventually(async () => expect(await walk(client)).toHaveLength(COUNT));
    }, 60_000);

    test('is empty for a new user', async () => {
      expect(await new Client(environment).page()).toEqual({ images: [], next_cursor: null });
    });

    test('gives each image once, newest first', async () => {
      expect(await walk(client)).toEqual(newestFirst);
      expect(await walk(client, 'order=desc')).toEqual(newestFirst);
    });

    test('lists in exact reverse with order=asc', async () => {
      expect(await walk(client, 'order=asc')).toEqual([...newestFirst].reverse());
    });

    test('has 25 images a page unless told otherwise', async () => {
      const pages = await walkPages(client, '');
      expect(pages.map(page => page.images.length)).toEqual([25, 5]);
    });

    // Limits that divide the count matter most: the last full page must not promise another page.
    test.each(['asc', 'desc'])(
      'walks in order %s: pages are full, and a null cursor is exactly the end', async order => {
        const expected = listIds(order === 'desc' ? newestFirst : [...newestFirst].reverse());
        await together([...range(COUNT + 1).map(i => i + 1), 50, 99, 100], async limit => {
          const pages = await walkPages(client, `limit=${limit}&order=${order}`);
          expect(pages.flatMap(page => listIds(page.images))).toEqual(expected);
          expect(pages.slice(0, -1).filter(page => page.images.length !== limit)).toEqual([]);
          expect(pages).toHaveLength(Math.ceil(COUNT / limit));
        }, 4);
      }, 60_000,
    );

    test.each([
      '0', '-1', '101', '1000', '1.5', '', 'abc', '1e1', '0x10', '%2B5', '+5', '5%20', 'NaN', 'null',
      '99999999999999999999',
    ])(
      'refuses limit=%s', async limit => {
        expectProblem(await client.list(`limit=${limit}`), 'invalid-request', ['limit']);
      });

    test.each(['DESC', 'Asc', '', 'newest', 'desc%20', '1'])('refuses order=%s', async order => {
      expectProblem(await client.list(`order=${order}`), 'invalid-request', ['order']);
    });

    test.each(['limit', 'cursor', 'order', 'content_type', 'status', 'created_after', 'created_before'])(
      'refuses %s given twice', async name => {
        const good: Record<string, string> = {
          limit: '5',
          order: 'asc',
          content_type: 'image/png',
          status: 'ready',
          created_after: '2026-01-01T00:00:00Z',
          created_before: '2026-01-01T00:00:00Z',
        };
        const pair = `${name}=${good[name] ?? 'x'}`;
        const reply = await client.list(`${pair}&${pair}`);
        if (name === 'cursor') expect(reply.status).toBe(400);
        else expectProblem(reply, 'invalid-request', [name]);
      },
    );

    test.each([
      'colour', 'Limit', 'tags', 'user_id', 'x-user-id', '__proto__', 'constructor', 'limit%5B%5D', 'toString',
    ])(
      'refuses the unknown parameter %s', async name => {
        expectProblem(await client.list(`${name}=1`), 'invalid-request', [decodeURIComponent(name)]);
      });

    test('reports all faults of a query at once', async () => {
      expectProblem(await client.list('limit=0&order=up&tag=!&status=gone&colour=red'), 'invalid-request', [
        'limit', 'order', 'tag', 'status', 'colour',
      ]);
    });

    test('leaves out pending and deleted images, and shows rejected ones', async () => {
      const other = new Client(environment);
      await other.createImage({ content_type: 'image/png', size: 9 });
      const rejected = await other.createRejected();
      const gone = await other.createReady();
      await other.delete(gone.image_id);
      await eventually(async () => expect(await walk(other)).toEqual([rejected]));
    });
  });
}

/** If the clock can stand still, half of the images get one creation time: an index does not order equal times. */
async function seed(environment: TestEnvironment, client: Client): Promise<ImageView[]> {
  const make = async () => together(range(COUNT / 2), async () => client.createReady());
  const early = await make();
  return [...early, ...await (environment.clock?.freeze?.(make) ?? make())];
}

function byPosition(images: readonly ImageView[]): ImageView[] {
  const key = (image: ImageView) => `${image.created_at} ${image.image_id}`;
  return [...images].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
