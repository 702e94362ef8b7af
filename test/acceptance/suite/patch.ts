import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import type { ImageView } from '../support/model';
import { expectProblem } from '../support/problems';
import { range } from '../support/together';

export function patchSuite(environment: TestEnvironment): void {
  describe('PATCH /images/{image_id}', () => {
    const client = new Client(environment);
    const patchImage = async (id: string, json: unknown) =>
      expectStatus(await client.patch(id, json), 200).json<ImageView>();

    test('changes the given fields and leaves the others', async () => {
      const before = await client.createReady({ filename: 'a.jpg', tags: ['x'] });
      const renamed = await patchImage(before.image_id, { filename: 'b.jpg' });
      expect(renamed).toEqual({
        ...before,
        filename: 'b.jpg',
        version: expect.any(Number),
        updated_at: expect.any(String),
      });
      const retagged = await patchImage(before.image_id, { tags: ['y'] });
      expect(retagged).toEqual({
        ...renamed,
        tags: ['y'],
        version: expect.any(Number),
        updated_at: expect.any(String),
      });
      const both = await patchImage(before.image_id, { filename: 'c.jpg', tags: [] });
      expect(both).toMatchObject({ filename: 'c.jpg', tags: [] });
    });

    test('each change raises version and moves updated_at', async () => {
      let before = await client.createReady();
      for (const change of [
        { filename: 'a' }, { filename: 'b' }, { tags: ['a', 'b'] }, { tags: ['b', 'a'] }, { filename: null },
        { tags: null },
      ]) {
        const after = await patchImage(before.image_id, change);
        expect(after.version).toBeGreaterThan(before.version);
        expect(Date.parse(after.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
        before = after;
      }
    });

    test('clears a field with null', async () => {
      const { image_id: id } = await client.createReady({ filename: 'a.jpg', tags: ['x'] });
      expect(await patchImage(id, { filename: null })).toMatchObject({ filename: null, tags: ['x'] });
      expect(await patchImage(id, { tags: null })).toMatchObject({ filename: null, tags: [] });
    });

    test.each([
      {}, { filename: 'e\u0301.jpg' }, { filename: '\u00e9.jpg' }, { tags: ['b', 'a'] }, { tags: [' B', 'A', 'b'] },
      { filename: '\u00e9.jpg', tags: ['b', 'a'] },
    ])('a change of nothing keeps everything: %j', async change => {
      const before = await client.createReady({ filename: '\u00e9.jpg', tags: ['b', 'a'] });
      expect(await patchImage(before.image_id, change)).toEqual(before);
    });

    test('changes nothing by clearing an absent field', async () => {
      const before = await client.createReady();
      for (const change of [{ filename: null }, { tags: null }, { tags: [] }]) {
        expect(await patchImage(before.image_id, change)).toEqual(before);
      }
    });

    test('works in every status', async () => {
      const { image_id: pending } = await client.createUploaded();
      await patchImage(pending, { filename: 'early.jpg', tags: ['early'] });
      expect((await client.confirm(pending)).json()).toMatchObject({
        status: 'ready',
        filename: 'early.jpg',
        tags: ['early'],
      });
      const { image_id: rejected } = await client.createRejected();
      expect(await patchImage(rejected, { tags: ['bad'] })).toMatchObject({ status: 'rejected', tags: ['bad'] });
    });

    test.each([
      'image_id', 'user_id', 'tenant_id', 'status', 'content_type', 'size', 'checksum_sha256', 'width', 'version',
      'created_at', 'rejection', 'owner',
      'object_key', '__proto__', 'constructor', 'toString', 'Filename', '',
    ])('refuses the field "%s" and changes nothing', async field => {
      const before = await client.createReady();
      const body = `{"filename":"new.jpg",${JSON.stringify(field)}:null}`;
      expectProblem(await client.call('PATCH', `/images/${before.image_id}`, { body }), 'invalid-request', [
        `/${field}`,
      ]);
      expect(await client.image(before.image_id)).toEqual(before);
    });

    ifMatch(client);

    test('applies concurrent changes whole, and the last one stands', async () => {
      const { image_id: id, version } = await client.createReady();
      const replies = await Promise.all(
        range(12).map(async i => client.patch(id, { filename: `${i}.jpg`, tags: [`t${i}`] })),
      );
      const views = replies.map(reply => expectStatus(reply, 200).json<ImageView>()).sort(
        (a, b) => a.version - b.version,
      );
      for (const view of views) expect(view.tags).toEqual([`t${parseInt(view.filename ?? '', 10)}`]);
      expect(new Set(views.map(view => view.version)).size).toBe(12);
      expect(views[0].version).toBeGreaterThan(version);
      expect(await client.image(id)).toEqual(views[11]);
    });
  });
}

function ifMatch(client: Client): void {
  test('If-Match takes the version or *', async () => {
    const { image_id: id, version } = await client.createReady();
    const first =
      expectStatus(await client.patch(id, { filename: 'a' }, { 'if-match': `"${version}"` }), 200).json<ImageView>();
    expectStatus(await client.patch(id, { filename: 'b' }, { 'If-Match': '*' }), 200);
    expectProblem(await client.patch(id, { filename: 'c' }, { 'if-match': `"${first.version}"` }), 'version-conflict');
    expect((await client.image(id)).filename).toBe('b');
  });

  // Only the version or * can match. A weak tag never does (RFC 9110, section 13.1.1).
  test('If-Match with anything else is 412, even where nothing would change', async () => {
    const { image_id: id, version } = await client.createReady();
    for (const tag of [
      `${version}`, `"${version + 1}"`, `"${version - 1}"`, '"0"', '""', `W/"${version}"`, `"0${version}"`,
      `" ${version}"`, '"x"', 'x', '**',
    ]) {
      expectProblem(await client.patch(id, {}, { 'if-match': tag }), 'version-conflict');
      expectProblem(await client.patch(id, { filename: 'x' }, { 'if-match': tag }), 'version-conflict');
    }
    expect((await client.image(id)).version).toBe(version);
  });

  test('exactly one of several concurrent changes with the same If-Match is made', async () => {
    const { image_id: id, version } = await client.createReady();
    const replies = await Promise.all(
      range(10).map(async i => client.patch(id, { filename: `${i}` }, { 'if-match': `"${version}"` })),
    );
    expect(replies.map(reply => reply.status).sort()).toEqual([200, ...Array<number>(9).fill(412)]);
  });
}
