import type { TestEnvironment } from '../../environments/environment';
import { movableClock, testIfMet } from '../../support/requirements';
import { Client, expectStatus, put } from '../support/client';
import { imageBytes } from '../support/images';
import type { Created } from '../support/model';
import { expectProblem } from '../support/problems';
import { crowd, eventually } from '../support/together';
import { listIds, walk } from '../support/walk';

const JPEG = { content_type: 'image/jpeg', size: 40 };
let serial = 0;
const newKey = (): string => `key-${Date.now()}-${serial++}`;

export function idempotencySuite(environment: TestEnvironment): void {
  describe('Idempotency-Key', () => {
    const client = new Client(environment);
    const create = async (key: string, body: object = JPEG, who = client) =>
      who.create(body, { 'idempotency-key': key });
    repeats(client, create);
    afterwards(client, create);
    forms(client, create);

    test('200 identical creates at once make one record', async () => {
      const alone = new Client(environment);
      const key = newKey();
      const replies = await Promise.all(crowd(environment, 200).map(async () => create(key, JPEG, alone)));
      const created = replies.map(reply => expectStatus(reply, 201).json<Created>());
      expect(new Set(listIds(created)).size).toBe(1);
      await put(created[0].upload, imageBytes('image/jpeg', JPEG.size));
      expectStatus(await alone.confirm(created[0].image_id), 200);
      await eventually(async () => expect(await walk(alone)).toHaveLength(1));
    }, 60_000);

    testIfMet(movableClock(environment))(
      'starts again once the pending record has gone, and each repeat gives it an hour more', async () => {
        const key = newKey();
        const { image_id: id } = (await create(key)).json<Created>();
        await environment.clock?.advance(60 * 60_000);
        expect((await create(key)).json()).toMatchObject({ image_id: id, status: 'pending' });
        await environment.clock?.advance(60 * 60_000);
        expect((await client.image(id)).status).toBe('pending');
        await environment.clock?.advance(20 * 60_000);
        expectProblem(await client.get(id), 'not-found');
        const again = expectStatus(await create(key, { ...JPEG, filename: 'another body' }), 201).json<Created>();
        expect((await put(again.upload, imageBytes('image/jpeg', JPEG.size))).status).toBe(200);
        expectStatus(await client.confirm(again.image_id), 200);
      },
    );
  });
}

type Create = (key: string, body?: object, who?: Client) => ReturnType<Client['create']>;

function repeats(client: Client, create: Create): void {
  test('a repeat answers 201 with the same image and a fresh upload request, while pending', async () => {
    const key = newKey();
    const first = expectStatus(await create(key), 201).json<Created>();
    const second = expectStatus(await create(key), 201).json<Created>();
    expect(second).toMatchObject({
      image_id: first.image_id,
      status: 'pending',
      upload: { method: 'PUT', headers: first.upload.headers },
    });
    const bytes = imageBytes('image/jpeg', JPEG.size);
    expect((await put(second.upload, bytes)).status).toBe(200);
    expect((await put(first.upload, bytes)).status).toBe(412);
  });

  test.each([
    ['the order of keys', { size: 40, content_type: 'image/jpeg', filename: '\u00e9', tags: ['a', 'b'] }],
    ['the form of the name', { ...JPEG, filename: 'e\u0301', tags: ['a', 'b'] }],
    ['the spelling of tags', { ...JPEG, filename: '\u00e9', tags: [' A ', 'b', 'B'] }],
    ['null for none', { ...JPEG, filename: '\u00e9', tags: ['a', 'b'], checksum_sha256: null }],
  ])('bodies that differ only in %s are the same', async (_, body) => {
    const key = newKey();
    const { image_id: id } = (await create(key, { ...JPEG, filename: '\u00e9', tags: ['a', 'b'] })).json<Created>();
    expect(expectStatus(await create(key, body), 201).json<Created>().image_id).toBe(id);
  });

  test('absent tags, null and an empty list make equal bodies', async () => {
    const key = newKey();
    const ids = [];
    for (const body of [JPEG, { ...JPEG, tags: null }, { ...JPEG, tags: [] }]) {
      ids.push(expectStatus(await create(key, body), 201).json<Created>().image_id);
    }
    expect(new Set(ids).size).toBe(1);
  });

  test.each<[object]>([
    [{ size: 41 }], [{ content_type: 'image/png' }], [{ filename: 'a' }], [{ tags: ['a'] }], [{ tags: ['b', 'a'] }],
    [{ checksum_sha256: 'A'.repeat(43) + '=' }],
  ])('another body is 409: %j', async change => {
    const key = newKey();
    const { image_id: id } = (await create(key, { ...JPEG, tags: ['a', 'b'] })).json<Created>();
    expectProblem(await create(key, { ...JPEG, tags: ['a', 'b'], ...change }), 'idempotency-conflict');
    expect(await client.image(id)).toMatchObject({ ...JPEG, tags: ['a', 'b'] });
  });

  test('keys of other users, and keys in other case, are other keys', async () => {
    const key = newKey();
    const replies = [
      await create(key), await create(key.toUpperCase()), await create(key, JPEG, new Client(client.environment)),
    ];
    const ids = replies.map(reply => expectStatus(reply, 201).json<Created>().image_id);
    expect(new Set(ids).size).toBe(3);
  });
}

function afterwards(client: Client, create: Create): void {
  const repeatCreate = async (finish: (id: string) => Promise<unknown>, bytes: Buffer) => {
    const key = newKey();
    const { image_id: id, upload } = (await create(key)).json<Created>();
    await put(upload, bytes);
    await finish(id);
    return { id, key };
  };
  const good = imageBytes('image/jpeg', JPEG.size);

  test('then 200 with the present status and no upload', async () => {
    const ready = await repeatCreate(async id => client.confirm(id), good);
    expect(expectStatus(await create(ready.key), 200).json()).toEqual({
      image_id: ready.id,
      status: 'ready',
      upload: null,
    });
    const rejected = await repeatCreate(async id => client.confirm(id), Buffer.alloc(JPEG.size));
    expect(expectStatus(await create(rejected.key), 200).json()).toEqual({
      image_id: rejected.id,
      status: 'rejected',
      upload: null,
    });
  });

  test('another body is 409 then, too', async () => {
    const { key } = await repeatCreate(async id => client.confirm(id), good);
    expectProblem(await create(key, { ...JPEG, size: 41 }), 'idempotency-conflict');
  });

  test('a later PATCH does not change the body that a repeat is compared with', async () => {
    const { id, key } = await repeatCreate(async image => client.confirm(image), good);
    await client.patch(id, { filename: 'later.jpg', tags: ['later'] });
    expect(expectStatus(await create(key), 200).json<Created>().image_id).toBe(id);
    expectProblem(await create(key, { ...JPEG, filename: 'later.jpg', tags: ['later'] }), 'idempotency-conflict');
  });

  test('a deleted image is 409', async () => {
    const { key } = await repeatCreate(async id => client.delete(id), good);
    expectProblem(await create(key), 'idempotency-conflict');
    expectProblem(await create(key, { ...JPEG, size: 41 }), 'idempotency-conflict');
  });

  test.each<[object]>([
    [{ ...JPEG, size: 0 }], [{ ...JPEG, content_type: 'text/html' }], [{ ...JPEG, size: 1e9 }],
    [{ ...JPEG, owner: 'eve' }],
  ])(
    'a refused create burns no key: %j', async body => {
      const key = newKey();
      expect((await create(key, body)).status).toBeGreaterThanOrEqual(400);
      expectStatus(await create(key), 201);
    });
}

function forms(client: Client, create: Create): void {
  const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

  test.each([
    ['one character', '~'], ['all printable ASCII', `x${PRINTABLE}x`], ['127', 'k'.repeat(127)],
    ['128', 'k'.repeat(128)],
  ])('takes %s', async (_, key) => {
    const ids = [
      (await create(key)).json<Created>().image_id, expectStatus(await create(key), 201).json<Created>().image_id,
    ];
    expect(ids[0]).toBe(ids[1]);
  });

  test.each([
    ['nothing', ''], ['129', 'k'.repeat(129)], ['a tab', 'a\tb'], ['Latin-1', 'caf\xe9'],
    ['UTF-8', Buffer.from('\u{1f600}').toString('latin1')],
  ])(
    'refuses %s', async (_, key) => {
      expectProblem(await create(key), 'invalid-request', ['idempotency-key']);
    });

  // Not a list header: two lines have no meaning (RFC 9110, section 5.3).
  test('refuses two keys', async () => {
    const headers: Array<[string, string]> = [['idempotency-key', 'a'], ['idempotency-key', 'b']];
    expectProblem(await client.call('POST', '/images', { json: JPEG, headers }), 'invalid-request', [
      'idempotency-key',
    ]);
  });

  test('a fault of the key stands beside those of the body', async () => {
    expectProblem(await create('', { ...JPEG, size: 0 }), 'invalid-request', ['idempotency-key', '/size']);
  });
}
