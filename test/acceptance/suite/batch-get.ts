import { AS_SERVICE } from './sharing';
import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { type Problem, VIEWER_FIELDS } from '../support/model';
import { expectProblem } from '../support/problems';
import { range, together } from '../support/together';

const ABSENT = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

export function batchGetSuite(environment: TestEnvironment): void {
  describe('POST /images/batch-get', () => {
    const client = new Client(environment);
    const owner = new Client(environment);

    test('answers each entry as GET would, in the order of the request, repeats included', async () => {
      const mine = await client.createReady({ filename: 'a.jpg' });
      const pending = await client.createImage({ content_type: 'image/png', size: 5 });
      const shared = await owner.createReady({ shared_with: [`user:${client.user}`] });
      const hidden = await owner.createReady();
      const ids = [
        hidden.image_id, mine.image_id, '', ABSENT, shared.image_id, mine.image_id, pending.image_id, 'no id/%', ABSENT,
      ];
      const results = await client.batchGet(ids);
      expect(results.map(({ image_id, status }) => [image_id, status])).toEqual(
        ids.map((id, i) => [id, [404, 200, 404, 404, 200, 200, 200, 404, 404][i]]),
      );
      for (const { image_id, status, image, problem, ...rest } of results) {
        expect(rest).toEqual({});
        const path = `/images/${encodeURIComponent(image_id)}`;
        if (status === 200) {
          expect(image).toEqual(await client.image(image_id));
        } else {
          const expected = expectProblem(await client.get(ABSENT), 'not-found');
          expect(problem).toEqual({ ...expected, instance: path } satisfies Problem);
        }
      }
      expect(Object.keys(results[4].image!).sort()).toEqual([...VIEWER_FIELDS].sort());
    });

    test('takes 100 ids of many owners, and no more', async () => {
      const owners = range(10).map(() => new Client(environment));
      const images = await together(owners, async who => who.createReady({ shared_with: [`user:${client.user}`] }));
      const ids = range(100).map(i => images[i % images.length].image_id);
      const results = await client.batchGet(ids);
      expect(results.map(({ status, image }) => [status, image?.image_id])).toEqual(ids.map(id => [200, id]));
      for (const image_ids of [[...ids, ABSENT], [], 'x', [1], null]) {
        const reply = await client.call('POST', '/images/batch-get', { json: { image_ids } });
        expectProblem(reply, 'invalid-request');
      }
      const reply = await client.call('POST', '/images/batch-get', { json: { image_ids: ids, more: 1 } });
      expectProblem(reply, 'invalid-request', ['/more']);
    });

    test('shows every image of the tenant to the service', async () => {
      const mine = await client.createReady();
      const pending = await owner.createImage({ content_type: 'image/png', size: 5 });
      const results = await client.batchGet([mine.image_id, pending.image_id, ABSENT], AS_SERVICE);
      expect(results.map(({ status, image }) => [status, image?.user_id])).toEqual([
        [200, client.user], [200, owner.user], [404, undefined],
      ]);
      expect(results[0].image).toEqual(mine);
    });

    test('shows the latest state', async () => {
      const { image_id: id } = await owner.createReady({ shared_with: [`user:${client.user}`] });
      expect((await client.batchGet([id]))[0].status).toBe(200);
      expectStatus(await owner.patch(id, { shared_with: null }), 200);
      expect((await client.batchGet([id]))[0].status).toBe(404);
      expectStatus(await owner.delete(id), 204);
      expect((await owner.batchGet([id]))[0].status).toBe(404);
    });
  });
}
