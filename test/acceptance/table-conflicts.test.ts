import { Client, expectStatus } from './support/client';
import type { ImageView, Problem } from './support/model';
import { Reply } from './support/reply';
import { createInProcessEnvironment } from '../environments/in-process';

/** DynamoDB cancels transactions that meet on one row, and its SDK does not retry them: the service must. */
const environment = createInProcessEnvironment();
const client = new Client(environment);
beforeAll(async () => environment.start(), 60_000);
afterEach(() => environment.table().forceConflicts(0));
afterAll(async () => environment.stop());

test('a client sees nothing of a few conflicts', async () => {
  const { image_id: id } = await client.createUploaded({ tags: ['a'] });
  environment.table().forceConflicts(3);
  expectStatus(await client.confirm(id), 200);
  environment.table().forceConflicts(3);
  expect(expectStatus(await client.patch(id, { tags: ['b'] }), 200).json<ImageView>().tags).toEqual(['b']);
  environment.table().forceConflicts(3);
  expectStatus(await client.delete(id), 204);
});

test('conflicts without end are 503 with Retry-After, and nothing is half done', async () => {
  const before = await client.createReady({ tags: ['a'] });
  environment.table().forceConflicts(1_000_000);
  const request = {
    method: 'PATCH',
    target: `/images/${before.image_id}`,
    headers: [['x-user-id', client.user]] as const,
    body: Buffer.from('{"tags":["b"]}'),
  };
  const reply = new Reply(request, await environment.send(request));
  expect(reply.json<Problem>()).toMatchObject({ status: 503, code: 'unavailable' });
  expect([reply.status, reply.header('cache-control')]).toEqual([503, 'no-store']);
  expect(reply.header('retry-after')).toMatch(/^[1-9]\d*$/);
  environment.table().forceConflicts(0);
  expect(await client.image(before.image_id)).toEqual(before);
  expect((await client.page('tag=a')).images).toEqual([before]);
  expect((await client.page('tag=b')).images).toEqual([]);
});
