import type { TestEnvironment } from '../../environments/environment';
import { Client } from '../support/client';
import { ACCEPTED_TYPES, imageBytes, sha256Base64 } from '../support/images';
import { IMAGE_ID, TIMESTAMP, type Created } from '../support/model';
import { expectProblem } from '../support/problems';

const MAX_SIZE = 25 * 1024 * 1024;
const JPEG = { content_type: 'image/jpeg', size: 100 };

export function createSuite(environment: TestEnvironment): void {
  describe('POST /images', () => {
    const client = new Client(environment);
    answer(client);
    contentTypes(client);
    sizes(client);
    checksums(client);
    faults(client);
  });
}

function answer(client: Client): void {
  test('answers 201 with a pending record and a single-use upload request', async () => {
    const created = await client.createImage(JPEG);
    expect(created).toEqual({
      image_id: expect.stringMatching(IMAGE_ID),
      status: 'pending',
      upload: {
        method: 'PUT',
        url: expect.stringMatching(/^https?:\/\/\S+$/),
        headers: { 'content-type': 'image/jpeg', 'if-none-match': '*' },
        expires_at: expect.stringMatching(TIMESTAMP),
      },
    });
  });

  test('says when the URL ends: five minutes after it was signed', async () => {
    const { upload } = await client.createImage(JPEG);
    const query = new URL(upload.url).searchParams;
    const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '')
      ?? [];
    const end = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) + 300_000;
    expect(query.get('X-Amz-Expires')).toBe('300');
    expect(Math.abs(Date.parse(upload.expires_at) - end)).toBeLessThanOrEqual(1000);
  });

  test('makes another image with each call', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await client.createImage(JPEG)).image_id));
    expect(new Set(ids).size).toBe(3);
  });

  test('takes null of an optional field for an absent one', async () => {
    const { image_id: id } = await client.createImage({ ...JPEG, filename: null, tags: null, checksum_sha256: null });
    expect(await client.image(id)).toMatchObject({ filename: null, tags: [], checksum_sha256: null });
  });
}

function contentTypes(client: Client): void {
  test.each(ACCEPTED_TYPES)('accepts %s', async type => {
    const { image_id: id, upload } = await client.createImage({ content_type: type, size: 1 });
    expect(upload.headers['content-type']).toBe(type);
    expect((await client.image(id)).content_type).toBe(type);
  });

  test.each([
    'IMAGE/JPEG', 'image/jpg', 'image/jpeg ', ' image/jpeg', 'image/jpeg; charset=utf-8', 'image/svg+xml', 'image/bmp',
    'image/tiff', 'text/html',
    'image/*', '*/*', '', 'jpeg', 'constructor', '__proto__', 'image/jpeg,image/png', 'image/jpeg\0',
  ])('refuses the type %j with 415 and the accepted ones', async type => {
    const problem = expectProblem(await client.create({ ...JPEG, content_type: type }), 'unsupported-type');
    expect([...problem.accepted ?? []].sort()).toEqual([...ACCEPTED_TYPES].sort());
  });

  test.each([[5], [null], [true], [['image/jpeg']], [{}]])('refuses a type that is no string: %j', async type => {
    expectProblem(await client.create({ ...JPEG, content_type: type }), 'invalid-request', ['/content_type']);
  });
}

function sizes(client: Client): void {
  const raw = async (size: string) =>
    client.call('POST', '/images', { body: `{"content_type":"image/jpeg","size":${size}}` });

  test.each([
    ['1', 1], ['2', 2], [`${MAX_SIZE - 1}`, MAX_SIZE - 1], [`${MAX_SIZE}`, MAX_SIZE], ['1e3', 1000], ['1.0', 1],
    ['10E+1', 100], ['2.5e1', 25],
  ])(
    'accepts the size %s', async (text, size) => {
      const reply = await raw(text);
      expect(reply.status).toBe(201);
      expect((await client.image(reply.json<Created>().image_id)).size).toBe(size);
    });

  test.each(['0', '-0', '-1', '1.5', '0.999', '1e-1', '"5"', '""', 'null', 'true', '[1]', '{}', `${MAX_SIZE - 1}.5`])(
    'refuses the size %s', async text => {
      expectProblem(await raw(text), 'invalid-request', ['/size']);
    },
  );

  test.each([`${MAX_SIZE + 1}`, `${MAX_SIZE * 2}`, '5368709120', '9007199254740993', '1e20', '1e300'])(
    'refuses the size %s with the limit', async text => {
      expect(expectProblem(await raw(text), 'too-large').limit).toBe(MAX_SIZE);
    },
  );

  // Beyond the range of a double, a parser may read infinity or a large integer. Both faults are right.
  test('refuses a size beyond all numbers', async () => {
    expect([400, 413]).toContain((await raw('1e999')).status);
  });
}

function checksums(client: Client): void {
  const good = sha256Base64(imageBytes('image/jpeg'));

  test('a checksum is shown, and signed as a header of the upload', async () => {
    const { image_id: id, upload } = await client.createImage({ ...JPEG, checksum_sha256: good });
    expect(upload.headers).toEqual({
      'content-type': 'image/jpeg',
      'if-none-match': '*',
      'x-amz-checksum-sha256': good,
    });
    expect((await client.image(id)).checksum_sha256).toBe(good);
  });

  // Base 64 has one spelling for each value: RFC 4648, sections 3.1, 3.2, 3.5.
  const last = good.charAt(42);
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const straySpelling = `${good.slice(0, 42)}${ALPHABET[ALPHABET.indexOf(last) + 1]}=`;
  test.each([
    ['no padding', good.slice(0, -1)], ['double padding', `${good}=`],
    ['31 bytes', Buffer.alloc(31).toString('base64')],
    ['33 bytes', Buffer.alloc(33).toString('base64')], ['URL alphabet', `${'-_'.repeat(21)}A=`],
    ['hexadecimal', 'ab'.repeat(32)], ['empty', ''],
    ['white space around', ` ${good}`], ['a line break after', `${good}\n`],
    ['a line break within', `${good.slice(0, 20)}\n${good.slice(20)}`],
    ['stray bits in the last character', straySpelling], ['no string', 7], ['a list', [good]],
  ])('refuses a checksum with %s', async (_, checksum) => {
    expectProblem(await client.create({ ...JPEG, checksum_sha256: checksum }), 'invalid-request', ['/checksum_sha256']);
  });
}

function faults(client: Client): void {
  test.each(['content_type', 'size'])('%s is required', async field => {
    expectProblem(await client.create({ ...JPEG, [field]: undefined }), 'invalid-request', [`/${field}`]);
  });

  test('names all faults of the body and the query in one answer', async () => {
    const reply = await client.call('POST', '/images?colour=red', {
      json: { content_type: 1, size: 0, filename: '', tags: ['fine', '!'], checksum_sha256: 'x', owner: 'eve' },
    });
    expectProblem(reply, 'invalid-request', [
      'colour', '/content_type', '/size', '/filename', '/tags/1', '/checksum_sha256', '/owner',
    ]);
  });

  test('reports a malformed field before an unsupported type, and that before a size over the limit', async () => {
    const tooLarge = { content_type: 'text/html', size: MAX_SIZE + 1 };
    expectProblem(await client.create({ ...tooLarge, filename: '' }), 'invalid-request', ['/filename']);
    expectProblem(await client.create(tooLarge), 'unsupported-type');
    expectProblem(await client.create({ ...tooLarge, content_type: 'image/png' }), 'too-large');
  });
}
