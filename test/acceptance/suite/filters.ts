import type { TestEnvironment } from '../../environments/environment';
import { Client } from '../support/client';
import type { AcceptedType } from '../support/images';
import type { ImageView } from '../support/model';
import { expectProblem } from '../support/problems';
import { eventually, range, together } from '../support/together';
import { listIds, walk, walkPages } from '../support/walk';

type Predicate = (image: ImageView) => boolean;
const hasTags = (...tags: string[]): Predicate => image => tags.every(tag => image.tags.includes(tag));
const hasType = (type: string): Predicate => image => image.content_type === type;
const either = (): boolean => true;

export function filtersSuite(environment: TestEnvironment): void {
  describe('filters of GET /images', () => {
    const client = new Client(environment);
    let all: ImageView[] = [];

    beforeAll(async () => {
      await together(
        range(24), async i => (i % 8 === 7 ? client.createRejected : client.createReady).call(client, chooseFields(i)),
      );
      await eventually(async () => expect(all = await walk(client)).toHaveLength(24));
    }, 60_000);

    const FILTERS: Array<[string, Predicate]> = [
      ['tag=even', hasTags('even')],
      ['tag=third', hasTags('third')],
      ['tag=even&tag=third', hasTags('even', 'third')],
      ['tag=even&tag=even', hasTags('even')],
      ['tag=even&tag=never', () => false],
      ['tag=%20EVEN%20', hasTags('even')],
      ['tag=e%CC%81te%CC%81', hasTags('\u00e9t\u00e9')],
      ['tag=%C3%89T%C3%89', hasTags('\u00e9t\u00e9')],
      ['tag=two+words', hasTags('two words')],
      ['tag=two%20words', hasTags('two words')],
      ['tag=never', () => false],
      ['content_type=image/png', hasType('image/png')],
      ['content_type=image%2Fjpeg', hasType('image/jpeg')],
      ['content_type=image/heif', () => false],
      ['status=ready', image => image.status === 'ready'],
      ['status=rejected', image => image.status === 'rejected'],
      ['status=processing', () => false],
      ['status=failed', () => false],
      ['tag=even&status=ready', image => hasTags('even')(image) && image.status === 'ready'],
      ['tag=third&content_type=image/jpeg', image => hasTags('third')(image) && hasType('image/jpeg')(image)],
      ['tag=third&content_type=image/png&status=ready&created_after=2020-01-01T00:00:00Z', image =>
        hasTags('third')(image) && hasType('image/png')(image) && image.status === 'ready'],
      ['created_before=2020-01-01T00:00:00Z', () => false],
      ['created_after=0001-01-01T00:00:00Z&created_before=9999-12-31T23:59:59.999Z', either],
    ];
    test.each(FILTERS)('%s', async (query, matches) => {
      const expected = listIds(all.filter(matches));
      for (const limit of [1, 5, 100]) expect(listIds(await walk(client, `${query}&limit=${limit}`))).toEqual(expected);
      expect(listIds(await walk(client, `${query}&order=asc`))).toEqual([...expected].reverse());
    });

    test('a page is full unless the list ends, with one tag or one type', async () => {
      for (const [query, matches] of [
        ['tag=even', hasTags('even')], ['content_type=image/png', hasType('image/png')],
      ] as const) {
        const total = all.filter(matches).length;
        const pages = await walkPages(client, `${query}&limit=4`);
        expect(pages.map(page => page.images.length)).toEqual(
          range(Math.ceil(total / 4)).map(i => Math.min(4, total - 4 * i)),
        );
      }
    });

    test('facets follow PATCH and DELETE', async () => {
      const other = new Client(environment);
      const [kept, gone] = [
        await other.createReady({ tags: ['old', 'both'] }), await other.createReady({ tags: ['old', 'both'] }),
      ];
      await other.patch(kept.image_id, { tags: ['new', 'both'] });
      await other.delete(gone.image_id);
      await eventually(async () => {
        expect(listIds(await walk(other, 'tag=old'))).toEqual([]);
        expect(listIds(await walk(other, 'tag=new'))).toEqual([kept.image_id]);
        expect(listIds(await walk(other, 'tag=both'))).toEqual([kept.image_id]);
        expect(listIds(await walk(other, 'content_type=image/jpeg'))).toEqual([kept.image_id]);
      });
    });

    test.each([
      ['tag', ''], ['tag', '%20'], ['tag', 'a!'], ['tag', 'a'.repeat(65)], ['tag', 'a%23b'], ['tag', 'a,b'],
      ['tag', '%00'],
      ['content_type', ''], ['content_type', 'image/bmp'], ['content_type', 'IMAGE/PNG'], ['content_type', 'image'],
      ['content_type', '*'],
      ['status', ''], ['status', 'pending'], ['status', 'READY'], ['status', 'deleted'], ['status', 'deleting'],
      ['status', 'expired'], ['status', 'x'],
    ])('refuses %s=%s', async (name, value) => {
      expectProblem(await client.list(`${name}=${value}`), 'invalid-request', [name]);
    });
  });
}

function chooseFields(i: number): { type: AcceptedType; tags: string[] } {
  const tags = [i % 2 === 0 ? 'even' : 'odd', ...i % 3 === 0 ? ['third', '\u00e9t\u00e9'] : ['two words']];
  return { type: i % 2 === 0 ? 'image/png' : 'image/jpeg', tags };
}
