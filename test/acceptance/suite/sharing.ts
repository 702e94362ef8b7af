import { randomUUID } from 'node:crypto';
import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { type ImageView, type Problem, VIEWER_FIELDS } from '../support/model';
import { expectProblem } from '../support/problems';
import type { Reply } from '../support/reply';
import { range } from '../support/together';

const ABSENT = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
export const AS_SERVICE = { user: null, headers: { 'x-act-as': 'service' } } as const;

export function sharingSuite(environment: TestEnvironment): void {
  describe('sharing', () => {
    const client = new Client(environment);
    input(environment, client);
    views(environment, client);
    otherRoutes(environment, client);
  });
}

function input(environment: TestEnvironment, client: Client): void {
  const patchImage = async (id: string, json: unknown) =>
    expectStatus(await client.patch(id, json), 200).json<ImageView>();

  test('POST takes a list of shares, without repeats, in the given order', async () => {
    const shared_with = ['user:bob', 'group:b', 'user:bob', 'group:a', 'group:b'];
    const { image_id: id } = await client.createImage({ content_type: 'image/png', size: 5, shared_with });
    expect(await client.image(id)).toMatchObject({
      visibility: 'private',
      shared_with: ['user:bob', 'group:b', 'group:a'],
    });
  });

  test('PATCH changes the shares, and another order is a change', async () => {
    const before = await client.createReady();
    expect(before).toMatchObject({ visibility: 'private', shared_with: [] });
    const shared = await patchImage(before.image_id, { shared_with: ['user:a', 'user:b'] });
    expect(shared).toEqual({
      ...before, shared_with: ['user:a', 'user:b'], version: expect.any(Number), updated_at: expect.any(String),
    });
    expect(shared.version).toBeGreaterThan(before.version);
    const turned = await patchImage(before.image_id, { shared_with: ['user:b', 'user:a'] });
    expect(turned.version).toBeGreaterThan(shared.version);
    expect(await patchImage(before.image_id, { shared_with: ['user:b', 'user:a', 'user:b'] })).toEqual(turned);
    expect(await patchImage(before.image_id, { filename: null, tags: [] })).toEqual(turned);
    expect(await patchImage(before.image_id, { shared_with: null })).toMatchObject({ shared_with: [] });
  });

  test('null and private are no change of a private image', async () => {
    const before = await client.createReady();
    for (const change of [{ visibility: null }, { visibility: 'private' }, { shared_with: null }, { shared_with: [] }]) {
      expect(await patchImage(before.image_id, change)).toEqual(before);
    }
  });

  test.each<[string, unknown, string]>([
    ['no kind', ['bob'], '/shared_with/0'],
    ['another kind', ['role:bob'], '/shared_with/0'],
    ['an empty name', ['user:'], '/shared_with/0'],
    ['a name of 129 characters', ['user:a', `group:${'a'.repeat(129)}`], '/shared_with/1'],
    ['a blank', ['user:a b'], '/shared_with/0'],
    ['a line break', ['user:a\n'], '/shared_with/0'],
    ['upper case in the kind', ['User:a'], '/shared_with/0'],
    ['a number', [7], '/shared_with/0'],
    ['a text', 'user:a', '/shared_with'],
    ['an object', {}, '/shared_with'],
    ['21 entries', range(21).map(i => `user:${i}`), '/shared_with'],
  ])('shared_with with %s is 400', async (_, shared_with, path) => {
    const { image_id: id, version } = await client.createReady();
    expectProblem(await client.patch(id, { shared_with }), 'invalid-request', [path]);
    expectProblem(
      await client.create({ content_type: 'image/png', size: 5, shared_with }), 'invalid-request', [path],
    );
    expect((await client.image(id)).version).toBe(version);
  });

  test.each([['Public'], [''], [true], [['public']], ['hidden']])('the visibility %j is 400', async visibility => {
    const { image_id: id } = await client.createReady();
    expectProblem(await client.patch(id, { visibility }), 'invalid-request', ['/visibility']);
    const body = { content_type: 'image/png', size: 0, visibility };
    expectProblem(await client.create(body), 'invalid-request', ['/visibility', '/size']);
  });

  test('takes 20 entries, with repeats and with every character of a name', async () => {
    const odd = `user:${'Az09._@|:+=-'.padEnd(128, 'x')}`;
    const shared_with = [odd, ...range(19).map(i => `group:${i}`)];
    const { image_id: id } = await client.createReady({ shared_with: [...shared_with, ...shared_with] });
    expect((await client.image(id)).shared_with).toEqual(shared_with);
  });

  test('an idempotency key covers the shares, normalised', async () => {
    const body = { content_type: 'image/png', size: 5, shared_with: ['user:a', 'group:b'] };
    const headers = { 'idempotency-key': randomUUID() };
    expectStatus(await client.create(body, headers), 201);
    expectStatus(await client.create({ ...body, visibility: null, shared_with: ['user:a', 'group:b', 'user:a'] }, headers), 201);
    for (const shared_with of [['group:b', 'user:a'], ['user:a'], [], null]) {
      expectProblem(await client.create({ ...body, shared_with }, headers), 'idempotency-conflict');
    }
  });

  if (!environment.hasCdn) {
    test('nothing can be public without a CDN', async () => {
      const { image_id: id } = await client.createReady();
      expectProblem(await client.patch(id, { visibility: 'public' }), 'invalid-request', ['/visibility']);
      expectProblem(await client.patch(id, { visibility: 'public', tags: 7 }), 'invalid-request', ['/visibility', '/tags']);
      const body = { content_type: 'image/png', size: 5, visibility: 'public' };
      expectProblem(await client.create(body), 'invalid-request', ['/visibility']);
      expect((await client.image(id)).visibility).toBe('private');
    });
  }
}

function views(environment: TestEnvironment, client: Client): void {
  const bob = new Client(environment);
  const member = new Client(environment, undefined, ['staff', 'editors']);
  const stranger = new Client(environment, undefined, ['editor', 'editors2']);

  test('named users and members of named groups see the view of viewers, and others nothing', async () => {
    const image = await client.createReady({ shared_with: [`user:${bob.user}`, 'group:editors'], tags: ['secret'] });
    const expected = Object.fromEntries(VIEWER_FIELDS.map(field => [field, image[field]]));
    for (const viewer of [bob, member]) {
      const reply = expectStatus(await viewer.get(image.image_id), 200);
      expect(Object.keys(reply.json<ImageView>()).sort()).toEqual([...VIEWER_FIELDS].sort());
      expect(reply.json()).toEqual({ ...expected, variants: expect.any(Array) });
      expect(reply.body.toString()).not.toContain(client.user);
    }
    await expectHidden(stranger, image.image_id);
  });

  test('a user is no group of the same name, and the other way round', async () => {
    const { image_id: id } = await client.createReady({ shared_with: ['user:editors', `group:${bob.user}`] });
    await expectHidden(bob, id);
    await expectHidden(member, id);
  });

  test('unsharing and deleting hide the image at once', async () => {
    const { image_id: id } = await client.createReady({ shared_with: [`user:${bob.user}`, 'group:editors'] });
    expectStatus(await client.patch(id, { shared_with: ['group:editors'] }), 200);
    await expectHidden(bob, id);
    expectStatus(await member.get(id), 200);
    expectStatus(await client.delete(id), 204);
    await expectHidden(member, id);
  });

  test('viewers see ready images only; the owner and the service see every status', async () => {
    const shared_with = [`user:${bob.user}`];
    const pending = await client.createUploaded({ shared_with });
    const rejected = await client.createRejected({ shared_with });
    for (const { image_id: id, status } of [pending, rejected]) {
      await expectHidden(bob, id);
      expect(await client.image(id)).toMatchObject({ status });
      expect(expectStatus(await client.call('GET', `/images/${id}`, AS_SERVICE), 200).json()).toMatchObject({ status });
    }
    expectStatus(await client.confirm(pending.image_id), 200);
    expectStatus(await bob.get(pending.image_id), 200);
  });

  test('the service gets the view of the owner', async () => {
    const { image_id: id } = await client.createReady({ filename: 'a.jpg', shared_with: [`user:${bob.user}`] });
    const reply = expectStatus(await stranger.call('GET', `/images/${id}`, AS_SERVICE), 200);
    expect(reply.json<ImageView>()).toEqual({ ...await client.image(id), user_id: client.user });
    expectStatus(await client.delete(id), 204);
    expectProblem(await client.call('GET', `/images/${id}`, AS_SERVICE), 'not-found');
  });

  test('an owner in the list sees no difference', async () => {
    const before = await client.createReady();
    const { shared_with } = expectStatus(
      await client.patch(before.image_id, { shared_with: [`user:${client.user}`] }), 200,
    ).json<ImageView>();
    const after = await client.image(before.image_id);
    expect(after).toEqual({ ...before, shared_with, version: after.version, updated_at: after.updated_at });
  });
}

/** A hidden image answers byte for byte as an absent one. */
async function expectHidden(viewer: Client, id: string): Promise<void> {
  const [hidden, absent] = [await viewer.get(id), await viewer.get(ABSENT)];
  expectProblem(hidden, 'not-found');
  expect(describeAnswer(hidden)).toEqual(describeAnswer(absent));
}

/** API Gateway adds ids of its own, such as `x-amzn-requestid`. */
const IDS_AND_TIMES = /^(x-request-id|x-amz.*|date)$/;

function describeAnswer(reply: Reply): unknown {
  const { instance } = reply.json<Problem>();
  const headers = reply.headerNames.filter(name => !IDS_AND_TIMES.test(name)).sort();
  const values = headers.filter(name => name !== 'content-length').map(name => reply.headers(name));
  return [reply.status, headers, values, reply.body.toString().replace(JSON.stringify(instance), '""')];
}

function otherRoutes(environment: TestEnvironment, client: Client): void {
  test('every other route answers viewers 404, and changes nothing', async () => {
    const bob = new Client(environment);
    const before = await client.createReady({ shared_with: [`user:${bob.user}`] });
    const path = `/images/${before.image_id}`;
    for (const [method, target, json] of [
      ['PATCH', path, { shared_with: [] }], ['DELETE', path], ['POST', `${path}/confirm`], ['GET', `${path}/download`],
    ] as const) {
      const hidden = await bob.call(method, target, { json });
      expectProblem(hidden, 'not-found');
      const absent = await bob.call(method, target.replace(before.image_id, ABSENT), { json });
      expect(describeAnswer(hidden)).toEqual(describeAnswer(absent));
    }
    const batch = await bob.call('POST', '/images/batch-delete', { json: { image_ids: [before.image_id] } });
    expect(batch.json()).toMatchObject({ results: [{ status: 404, problem: { code: 'not-found' } }] });
    expect(await client.image(before.image_id)).toEqual(before);
  });
}
