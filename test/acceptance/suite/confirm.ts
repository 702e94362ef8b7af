import type { TestEnvironment } from '../../environments/environment';
import { movableClock, testIfMet } from '../../support/requirements';
import { Client, expectStatus, put } from '../support/client';
import { ACCEPTED_TYPES, ftyp, imageBytes, type AcceptedType } from '../support/images';
import { expectProblem } from '../support/problems';
import { crowd } from '../support/together';
import { listIds, walk } from '../support/walk';

export function confirmSuite(environment: TestEnvironment): void {
  describe('POST /images/{image_id}/confirm', () => {
    const client = new Client(environment);
    repeats(client);
    missingUploads(client);
    leadingBytes(client);
    rejections(environment, client);
  });
}

function repeats(client: Client): void {
  test('answers the ready image; a repeat changes nothing', async () => {
    const { image_id: id } = await client.createUploaded();
    const pending = await client.image(id);
    const first = expectStatus(await client.confirm(id), 200);
    expect(first.json()).toMatchObject({ image_id: id, status: 'ready' });
    expect(first.json<{ version: number }>().version).toBeGreaterThan(pending.version);
    const second = expectStatus(await client.confirm(id), 200);
    expect(second.body.equals(first.body)).toBe(true);
    expect((await client.get(id)).body.equals(first.body)).toBe(true);
  });

  test.each(['{}', ' {\n} '])('takes the body %j', async body => {
    const { image_id: id } = await client.createUploaded();
    expectStatus(await client.call('POST', `/images/${id}/confirm`, { body }), 200);
  });

  test.each(['[]', 'null', '""', '{', '{"force":true}'])('answers 400 for the body %j', async body => {
    const { image_id: id } = await client.createUploaded();
    expectProblem(await client.call('POST', `/images/${id}/confirm`, { body }), 'invalid-request');
    expect((await client.image(id)).status).toBe('pending');
  });

  test('answers 1 000 concurrent calls with the same image, which is listed once', async () => {
    const only = new Client(client.environment);
    const { image_id: id } = await only.createUploaded();
    const replies = await Promise.all(crowd(client.environment, 1000).map(async () => only.confirm(id)));
    expect(new Set(replies.map(reply => `${reply.status} ${reply.body.toString()}`)).size).toBe(1);
    expect(replies[0].status).toBe(200);
    expect(listIds(await walk(only))).toEqual([id]);
  }, 60_000);
}

function missingUploads(client: Client): void {
  test('without an object answers 409 and stays pending until the bytes are there', async () => {
    const bytes = imageBytes('image/gif');
    const { image_id: id, upload } = await client.createImage({ content_type: 'image/gif', size: bytes.length });
    for (const _ of [1, 2]) expectProblem(await client.confirm(id), 'upload-missing');
    expect((await client.image(id)).status).toBe('pending');
    await put(upload, bytes);
    expectStatus(await client.confirm(id), 200);
  });
}

/** The type that the first bytes show; HEIC and HEIF count as one. */
const family = (type: AcceptedType): string => type.replace('heif', 'heic');

function leadingBytes(client: Client): void {
  const pairs = ACCEPTED_TYPES.flatMap(declared => ACCEPTED_TYPES.map(found => [declared, found] as const));

  test.each(pairs)('compares the declared type %s with bytes of %s', async (declared, found) => {
    const { image_id: id } = await client.createUploaded({ type: declared, bytes: imageBytes(found, 64) });
    const reply = await client.confirm(id);
    if (family(declared) === family(found)) {
      expectStatus(reply, 200);
    } else {
      expect(expectProblem(reply, 'upload-rejected').rejection?.code).toBe('TYPE_MISMATCH');
    }
  });

  test.each(OTHER_BYTES)('rejects bytes of no accepted type: %s', async (_, bytes) => {
    const { image_id: id } = await client.createUploaded({ type: 'image/jpeg', bytes });
    expect(expectProblem(await client.confirm(id), 'upload-rejected').rejection?.code).toBe('UNSUPPORTED_TYPE');
  });
}

const OTHER_BYTES: Array<[string, Buffer]> = [
  ['text', Buffer.from('hello')],
  ['one byte', Buffer.from('x')],
  ['zeros', Buffer.alloc(100)],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ['HTML', Buffer.from('<!doctype html><title>hi</title>')],
  ['BMP', Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1')],
  ['TIFF', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
  ['PDF', Buffer.from('%PDF-1.7\n')],
  ['ZIP', Buffer.from('PK\x03\x04\x14\0\0\0\0\0\0\0', 'latin1')],
  ['RIFF that is sound', Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1')],
  ['an MP4 film', ftyp('isom', 'isom', 'mp41')],
  ['a QuickTime film', ftyp('qt  ', 'qt  ')],
  ['a cut PNG signature', Buffer.from('89504e470d0a1a', 'hex')],
  ['a damaged PNG signature', Buffer.from('89504e470a1a0a0a0000000d49484452', 'hex')],
  ['a cut JPEG marker', Buffer.from('ffd8', 'hex')],
  ['GIF88a', Buffer.from('GIF88a\x01\0\x01\0\0\0\0', 'latin1')],
  ['a signature not at the start', Buffer.concat([Buffer.from(' '), imageBytes('image/jpeg')])],
];

function rejections(environment: TestEnvironment, client: Client): void {
  test('a rejected image stays rejected: confirm repeats the answer, GET shows why', async () => {
    const { image_id: id } = await client.createUploaded({ bytes: Buffer.from('no image') });
    const first = expectProblem(await client.confirm(id), 'upload-rejected');
    const second = expectProblem(await client.confirm(id), 'upload-rejected');
    expect(second.rejection).toEqual(first.rejection);
    expect(first.rejection).toEqual({ code: 'UNSUPPORTED_TYPE', message: expect.stringMatching(/\S/) });
    expect(await client.image(id)).toMatchObject({ status: 'rejected', rejection: first.rejection });
  });

  test('the rejected bytes are deleted, and a later upload changes nothing', async () => {
    const { image_id: id, upload } = await client.createUploaded({ bytes: Buffer.from('text of one size') });
    await client.confirm(id);
    const before = await client.image(id);
    const good = imageBytes('image/jpeg', 16);
    // 412 would mean that the rejected bytes are still stored.
    expect((await put(upload, good)).status).toBe(200);
    expectProblem(await client.confirm(id), 'upload-rejected');
    await environment.clock?.advance(2 * 3_600_000);
    expectProblem(await client.confirm(id), 'upload-rejected');
    expect(await client.image(id)).toEqual(before);
    expectProblem(await client.call('GET', `/images/${id}/download`), 'not-ready');
  });

  testIfMet(movableClock(environment))(
    'the service confirms an upload within 15 minutes if its client does not', async () => {
      const { image_id: good } = await client.createUploaded();
      const { image_id: bad } = await client.createUploaded({ bytes: Buffer.from('no image') });
      await environment.clock?.advance(15 * 60_000);
      expect((await client.image(good)).status).toBe('ready');
      expect(await client.image(bad)).toMatchObject({ status: 'rejected', rejection: { code: 'UNSUPPORTED_TYPE' } });
    },
  );

  testIfMet(movableClock(environment))(
    'a pending record without an object goes no sooner than an hour after its last URL', async () => {
      const { image_id: id } = await client.createImage({ content_type: 'image/jpeg', size: 10 });
      await environment.clock?.advance(64 * 60_000);
      expect((await client.image(id)).status).toBe('pending');
      await environment.clock?.advance(7 * 60_000);
      expectProblem(await client.get(id), 'not-found');
      expectProblem(await client.confirm(id), 'not-found');
    },
  );
}
