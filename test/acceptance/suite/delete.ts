import type { TestEnvironment } from '../../environments/environment';
import { movableClock, testIfMet } from '../../support/requirements';
import { Client, expectStatus, fetchUrl, put } from '../support/client';
import { imageBytes } from '../support/images';
import type { BatchResults, Problem } from '../support/model';
import { expectProblem, faultsOfProblem } from '../support/problems';
import { eventually, range, together } from '../support/together';
import { listIds, walk } from '../support/walk';

const DAY = 24 * 3_600_000;

export function deleteSuite(environment: TestEnvironment): void {
  describe('DELETE /images/{image_id}', () => {
    const client = new Client(environment);
    const expectGone = async (id: string): Promise<void> => {
      expectProblem(await client.get(id), 'not-found');
      expectProblem(await client.confirm(id), 'not-found');
      expectProblem(await client.patch(id, { filename: 'x' }), 'not-found');
      expectProblem(await client.call('GET', `/images/${id}/download`), 'not-found');
    };

    test.each(['pending', 'uploaded', 'ready', 'rejected'] as const)(
      '204 for a %s image, again 204, and the image is gone', async status => {
        const make = {
          pending: async () => client.createImage({ content_type: 'image/png', size: 9 }),
          uploaded: async () => client.createUploaded(),
          ready: async () => client.createReady({ tags: ['gone'] }),
          rejected: async () => client.createRejected(),
        };
        const { image_id: id } = await make[status]();
        for (const _ of [1, 2, 3]) expectStatus(await client.delete(id), 204);
        await expectGone(id);
        await eventually(async () => expect(listIds(await walk(client))).not.toContain(id));
      },
    );

    test('deletes the bytes, so that earlier URLs stop working', async () => {
      const { image_id: id } = await client.createReady();
      const { url } = await client.download(id);
      await client.delete(id);
      await eventually(async () => expect([403, 404]).toContain((await fetchUrl(url)).status));
    });

    test.each(['pending', 'ready'] as const)(
      'an upload after the delete of a %s image never becomes visible', async status => {
        const bytes = imageBytes('image/jpeg', 50);
        const { image_id: id, upload } = await client.createImage({ content_type: 'image/jpeg', size: 50 });
        if (status === 'ready') {
          await put(upload, bytes);
          expectStatus(await client.confirm(id), 200);
        }
        await client.delete(id);
        await put(upload, bytes);
        await expectGone(id);
        await environment.clock?.advance(2 * 3_600_000);
        await expectGone(id);
        expectStatus(await client.delete(id), 204);
        expect(listIds(await walk(client))).not.toContain(id);
      },
    );

    testIfMet(movableClock(environment))(
      'answers 204 again for 14 days, while nothing brings the image back', async () => {
        const { image_id: id } = await client.createReady();
        await client.delete(id);
        for (const _ of [1, 2]) {
          await environment.clock?.advance(7 * DAY - 60_000);
          expectStatus(await client.delete(id), 204);
          await expectGone(id);
        }
      },
    );

    test('wins over concurrent deletes and confirms', async () => {
      const { image_id: id } = await client.createUploaded();
      const replies = await Promise.all(range(20).map(async i => (i % 2 ? client.delete(id) : client.confirm(id))));
      expect(replies.filter((_, i) => i % 2).map(reply => reply.status)).toEqual(Array(10).fill(204));
      expect(replies.filter((reply, i) => !(i % 2) && ![200, 404].includes(reply.status))).toEqual([]);
      await expectGone(id);
    });

    test('answers 404 for an unknown image', async () => {
      expectProblem(await client.delete('00000000000000000000000000'), 'not-found');
    });
  });

  describe('POST /images/batch-delete', () => batchDelete(new Client(environment)));
}

function batchDelete(client: Client): void {
  const send = async (imageIds: unknown) =>
    client.call('POST', '/images/batch-delete', { json: { image_ids: imageIds } });

  test('answers each id in its place, repeats too, as DELETE would', async () => {
    const [mine, gone] = [await client.createReady(), await client.createReady()];
    await client.delete(gone.image_id);
    const foreign = await new Client(client.environment).createReady();
    const ids = [
      mine.image_id, 'unknown', gone.image_id, foreign.image_id, mine.image_id, '', 'not possible/#', 'a'.repeat(201),
      '\u{1f600}', '\0', '__proto__',
    ];
    const { results } = expectStatus(await send(ids), 200).json<BatchResults>();
    expect(listIds(results)).toEqual(ids);
    expect(results.map(result => result.status)).toEqual([204, 404, 204, 404, 204, 404, 404, 404, 404, 404, 404]);
    const single = (await client.delete('unknown')).json<Problem>();
    for (const { status, problem, ...rest } of results) {
      expect(Object.keys(rest)).toEqual(['image_id']);
      expect(problem && { ...problem, instance: '' }).toEqual(status === 404 ? { ...single, instance: '' } : undefined);
      if (problem) expect([...faultsOfProblem(problem, status)]).toEqual([]);
    }
    expectStatus(await client.get(mine.image_id), 404);
    expectStatus(await new Client(client.environment, foreign.user_id).get(foreign.image_id), 200);
  });

  test('takes 1 and 100 ids', async () => {
    const images = await together(range(100), async () => client.createImage({ content_type: 'image/png', size: 1 }));
    for (const ids of [listIds(images).slice(0, 1), listIds(images)]) {
      const { results } = expectStatus(await send(ids), 200).json<BatchResults>();
      expect(results).toEqual(ids.map(id => ({ image_id: id, status: 204 })));
    }
  });

  test.each<[unknown, string]>([
    [[], '/image_ids'], [Array(101).fill('a'), '/image_ids'], [undefined, '/image_ids'], [null, '/image_ids'],
    ['abc', '/image_ids'], [{}, '/image_ids'],
    [['a', 5], '/image_ids/1'], [[null], '/image_ids/0'], [['a', 'b', ['c']], '/image_ids/2'], [[{}], '/image_ids/0'],
    [[true], '/image_ids/0'],
  ])('refuses %j', async (ids, path) => {
    expectProblem(await send(ids), 'invalid-request', [path]);
  });

  test('deletes nothing of an invalid batch', async () => {
    const { image_id: id } = await client.createReady();
    expectProblem(await send([id, 5]), 'invalid-request', ['/image_ids/1']);
    expectProblem(
      await client.call('POST', '/images/batch-delete', { json: { image_ids: [id], force: true } }),
      'invalid-request',
      ['/force'],
    );
    expectStatus(await client.get(id), 200);
  });
}
