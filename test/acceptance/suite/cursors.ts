import type { TestEnvironment } from '../../environments/environment';
import { movableClock, testIfMet } from '../../support/requirements';
import { Client } from '../support/client';
import { expectProblem } from '../support/problems';
import { eventually, range, together } from '../support/together';
import { listIds, walk } from '../support/walk';

const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~';

export function cursorsSuite(environment: TestEnvironment): void {
  describe('cursors', () => {
    const client = new Client(environment);
    const other = new Client(environment);
    let ids: string[] = [];
    const readCursor = async (query: string, who = client): Promise<string> =>
      (await who.page(query)).next_cursor ?? '';

    beforeAll(async () => {
      await together(
        [client, other], async who => together(range(6), async i => who.createReady({ tags: ['all', `n${i % 2}`] })),
      );
      await eventually(async () => {
        ids = listIds(await walk(client));
        expect([ids.length, (await walk(other)).length]).toEqual([6, 6]);
      });
    });

    test.each([
      'limit=2', 'limit=2&order=asc', 'limit=2&tag=all', 'limit=2&content_type=image/jpeg', 'limit=2&status=ready',
    ])(
      'of %s are opaque, URL-safe and at most 1 024 long', async query => {
        expect(await readCursor(query)).toMatch(/^[A-Za-z0-9._~-]{1,1024}$/);
      });

    test('give the same page each time, with any limit', async () => {
      const cursor = await readCursor('limit=2');
      for (const limit of [1, 2, 3, 4, 100]) {
        for (const _ of [1, 2]) {
          expect(listIds((await client.page(`limit=${limit}&cursor=${cursor}`)).images)).toEqual(
            ids.slice(2, 2 + limit),
          );
        }
      }
      expect(listIds((await client.page(`cursor=${cursor}`)).images)).toEqual(ids.slice(2));
    });

    test('take order=desc and no order as the same', async () => {
      expect(listIds((await client.page(`order=desc&cursor=${await readCursor('limit=2')}`)).images)).toEqual(
        ids.slice(2),
      );
      expect(listIds((await client.page(`cursor=${await readCursor('limit=2&order=desc')}`)).images)).toEqual(
        ids.slice(2),
      );
    });

    const FILTERS = [
      '', 'order=asc', 'tag=all', 'tag=n0', 'tag=all&tag=n0', 'content_type=image/jpeg', 'status=ready',
      'tag=all&status=ready',
      'created_after=2020-01-01T00:00:00Z', 'created_after=2020-01-02T00:00:00Z', 'created_before=2090-01-01T00:00:00Z',
      'tag=all&order=asc',
    ];
    test.each(FILTERS)('of "%s" serve no other filters or order', async filter => {
      const cursor = await readCursor(`limit=1&${filter}`);
      expect(cursor).not.toBe('');
      await together(FILTERS, async another => {
        const reply = await client.list(`${another}&cursor=${cursor}`.replace(/^&/, ''));
        if (another === filter) expect(reply.status).toBe(200);
        else expectProblem(reply, 'invalid-cursor');
      });
    });

    test('serve nobody else', async () => {
      for (const query of ['limit=1', 'limit=1&tag=all', 'limit=1&order=asc']) {
        expectProblem(await other.list(`${query}&cursor=${await readCursor(query)}`), 'invalid-cursor');
      }
    });

    test.each(['limit=2', 'limit=2&tag=all'])('of %s changed in any character are refused', async query => {
      const cursor = await readCursor(query);
      const changed = [...cursor].flatMap(
        (character, i) => neighbours(character).map(another => cursor.slice(0, i) + another + cursor.slice(i + 1)),
      );
      await together(changed, async forged => {
        expectProblem(await client.list(`${query}&cursor=${forged}`), 'invalid-cursor');
      });
    }, 60_000);

    test('cut, lengthened, doubled or invented are refused', async () => {
      const cursor = await readCursor('limit=2');
      const forged = [
        '', 'x', 'null', '0', '%00', '%20', '*', 'e30', 'eyJpZCI6MX0', '%C3%A9', `${cursor}A`, `${cursor}=`,
        `${cursor}==`, `A${cursor}`, `${cursor}.`,
        `%20${cursor}`, `${cursor}%20`, `${cursor}%0A`, cursor.slice(1), cursor.slice(0, -1), cursor.slice(0, -4),
        `${cursor}${cursor}`,
        [...cursor].reverse().join(''), 'A'.repeat(cursor.length), 'A'.repeat(1024), 'A'.repeat(1025), 'A'.repeat(6000),
        cursor.padEnd(1024, 'A'), cursor.padEnd(1025, 'A'),
      ];
      for (const value of forged) expectProblem(await client.list(`limit=2&cursor=${value}`), 'invalid-cursor');
    });

    test('that are wrong are one fault among others, where a request has others', async () => {
      const paths = async (query: string): Promise<string[]> => {
        const reply = await client.list(query);
        return expectProblem(reply, 'invalid-request').errors!.map(({ path }) => path).sort();
      };
      const cursor = await readCursor('limit=2');
      const foreign = await readCursor('limit=2', other);
      expect(await paths('limit=0&cursor=x')).toEqual(['cursor', 'limit']);
      expect(await paths(`limit=0&cursor=${foreign}`)).toEqual(['cursor', 'limit']);
      expect(await paths(`colour=red&cursor=${foreign}`)).toEqual(['colour', 'cursor']);
      expect(await paths('order=up&cursor=x')).toEqual(['cursor', 'order']);
      // A right value is no fault. A cursor is bound to filters and order, so it may be right for other values of
      // these.
      expect(await paths(`limit=0&cursor=${cursor}`)).toEqual(['limit']);
      expect(await paths(`order=up&cursor=${cursor}`)).toEqual(['order']);
      expect(await paths(`status=gone&cursor=${foreign}`)).toEqual(['status']);
    });

    test('go on from their place when the image there has been deleted', async () => {
      const own = new Client(environment);
      await together(range(4), async () => own.createReady());
      await eventually(async () => expect(await walk(own)).toHaveLength(4));
      const [, second, third, fourth] = listIds(await walk(own));
      const { next_cursor: cursor } = await own.page('limit=2');
      await own.delete(second);
      expect(listIds((await own.page(`cursor=${cursor}`)).images)).toEqual([third, fourth]);
    });

    testIfMet(movableClock(environment))('work for a day', async () => {
      const cursor = await readCursor('limit=2');
      await environment.clock?.advance(24 * 3_600_000);
      expect(listIds((await client.page(`cursor=${cursor}`)).images)).toEqual(ids.slice(2));
    });
  });
}

/**
 * Characters that differ from the given one in few bits, in many bits, or in case. In base 64 the last character has
 * spare bits.
 */
function neighbours(character: string): string[] {
  const at = URL_SAFE.indexOf(character);
  const swapped = character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
  const picks = [1, 2, 4, 32].map(step => URL_SAFE[(at + step) % URL_SAFE.length]);
  return [...new Set([...picks, swapped])].filter(pick => pick !== character);
}
