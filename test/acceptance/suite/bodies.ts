import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import type { Created } from '../support/model';
import { expectProblem } from '../support/problems';

const LIMIT = 65_536;
const VALID = '{"content_type":"image/jpeg","size":10}';

export function bodiesSuite(environment: TestEnvironment): void {
  describe('bodies', () => {
    const client = new Client(environment);
    const post = async (body: string | Uint8Array, headers: Record<string, string> = {}) =>
      client.call('POST', '/images', { body, headers });

    test.each<[string, string | Uint8Array]>([
      ['nothing', ''], ['white space', ' \n'], ['a BOM', `\ufeff${VALID}`], ['no JSON', 'hello'],
      ['a cut object', VALID.slice(0, -1)],
      ['two values', `${VALID}${VALID}`], ['text after', `${VALID}x`], ['NUL after', `${VALID}\0`],
      ['a trailing comma', VALID.replace('}', ',}')],
      ['a comment', VALID.replace('{', '{/**/')], ['single quotes', VALID.replace(/"/g, "'")],
      ['bare keys', VALID.replace('"size"', 'size')],
      ['NaN', VALID.replace('10', 'NaN')], ['Infinity', VALID.replace('10', 'Infinity')],
      ['hexadecimal', VALID.replace('10', '0x10')],
      ['a leading zero', VALID.replace('10', '010')], ['a plus', VALID.replace('10', '+10')],
      ['a bare point', VALID.replace('10', '10.')],
      ['a raw line break in a string', '{"content_type":"image/jpeg","size":10,"filename":"a\nb"}'],
      ['a null', 'null'], ['a list', `[${VALID}]`], ['a string', JSON.stringify(VALID)], ['a number', '1'],
      ['true', 'true'],
      ['a form', 'content_type=image%2Fjpeg&size=10'],
      ['deep nesting', '['.repeat(30_000)],
      ['deep nesting that ends', `{"tags":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
      ['UTF-16', Buffer.from(VALID, 'utf16le')],
      ['Latin-1', Buffer.from('{"content_type":"image/jpeg","size":10,"filename":"caf\xe9"}', 'latin1')],
      ['an overlong slash', Buffer.concat([
        Buffer.from('{"content_type":"image/jpeg","size":10,"filename":"'), Buffer.from('c0af', 'hex'),
        Buffer.from('"}'),
      ])],
      ['a surrogate in UTF-8', Buffer.concat([
        Buffer.from('{"content_type":"image/jpeg","size":10,"filename":"'), Buffer.from('eda080', 'hex'),
        Buffer.from('"}'),
      ])],
      ['a byte 0xFF after', Buffer.concat([Buffer.from(VALID), Buffer.from([0xff])])],
    ])('refuses %s', async (_, body) => {
      expectProblem(await post(body), 'invalid-request');
    });

    test('take the last value of a repeated key', async () => {
      const { image_id: id } = expectStatus(
        await post('{"size":0,"content_type":"x","content_type":"image/png","size":7}'), 201,
      ).json<Created>();
      expect(await client.image(id)).toMatchObject({ content_type: 'image/png', size: 7 });
      expectProblem(await post('{"size":7,"content_type":"image/png","size":0}'), 'invalid-request', ['/size']);
    });

    test('may escape characters', async () => {
      const { image_id: id } = expectStatus(
        await post('{"content_type":"image\\/jpe\\u0067","\\u0073ize":1,"filename":"\\ud83d\\ude00"}'), 201,
      ).json<Created>();
      expect(await client.image(id)).toMatchObject({ content_type: 'image/jpeg', size: 1, filename: '\u{1f600}' });
    });

    test.each([
      ['owner', '/owner'], ['a/b', '/a~1b'], ['m~n', '/m~0n'], ['~1', '/~01'], ['', '/'], ['__proto__', '/__proto__'],
      ['constructor', '/constructor'],
      ['toString', '/toString'], ['hasOwnProperty', '/hasOwnProperty'], ['Size', '/Size'], ['\u{1f600}', '/\u{1f600}'],
      ['a b', '/a b'],
    ])('refuses the unknown key "%s" at %s', async (key, path) => {
      expectProblem(
        await post(`{"content_type":"image/jpeg","size":10,${JSON.stringify(key)}:{"size":1}}`),
        'invalid-request',
        [path],
      );
    });

    sizeLimit(client);
    mediaTypes(client, post);
  });
}

function sizeLimit(client: Client): void {
  const pad = (text: string, bytes: number) => text + ' '.repeat(bytes - Buffer.byteLength(text));
  const routes: Array<[string, string, string, number]> = [
    ['POST', '/images', VALID, 201], ['POST', '/images/batch-delete', '{"image_ids":["x"]}', 200],
    ['POST', '/images/batch-get', '{"image_ids":["x"]}', 200],
    ['POST', '/images/x/confirm', '{}', 404],
    ['PATCH', '/images/x', '{"tags":[]}', 404],
  ];

  test.each(routes)('%s %s takes 65 536 bytes and no more', async (method, path, body, status) => {
    for (const bytes of [LIMIT - 1, LIMIT]) {
      expectStatus(await client.call(method, path, { body: pad(body, bytes) }), status);
    }
    for (const bytes of [LIMIT + 1, 10 * LIMIT]) {
      expectProblem(await client.call(method, path, { body: pad(body, bytes) }), 'body-too-large');
    }
  });

  test('counts bytes, not characters, and needs no valid text', async () => {
    const body = `{"filename":"${'\u00e9'.repeat(LIMIT / 2 - 8)}"}`;
    expectProblem(await client.call('PATCH', '/images/x', { body: pad(body, LIMIT) }), 'invalid-request', [
      '/filename',
    ]);
    expectProblem(await client.call('PATCH', '/images/x', { body: pad(body, LIMIT + 1) }), 'body-too-large');
    expectProblem(await client.call('PATCH', '/images/x', { body: Buffer.alloc(LIMIT, 0xff) }), 'invalid-request');
    expectProblem(await client.call('PATCH', '/images/x', { body: Buffer.alloc(LIMIT + 1, 0xff) }), 'body-too-large');
  });
}

function mediaTypes(
  client: Client, post: (body: string, headers: Record<string, string>) => ReturnType<Client['call']>,
): void {
  // RFC 9110, section 8.3.1: type, subtype and parameter names are case-insensitive.
  test.each([
    'application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json;charset=ISO-8859-1',
    'application/json ; a="b;c"',
  ])(
    'takes the type %s', async type => {
      expectStatus(await post(VALID, { 'content-type': type }), 201);
    });

  test('takes no type', async () => {
    expectStatus(await post(VALID, {}), 201);
  });

  test.each([
    'text/plain', 'application/jsonp', 'application/problem+json', 'text/json', 'json', '*/*',
    'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x',
    'application/json-patch+json', 'application/octet-stream', 'application', '/', ';',
  ])(
    'refuses the type %s', async type => {
      expectProblem(await post(VALID, { 'content-type': type }), 'unsupported-media-type');
    },
  );

  test.each(['gzip', 'identity', 'br', 'deflate, gzip', 'x'])('refuses the content-encoding %s', async encoding => {
    expectProblem(
      await post(VALID, { 'content-type': 'application/json', 'content-encoding': encoding }), 'unsupported-media-type',
    );
  });

  test('holds for every route with a body', async () => {
    for (const [method, path] of [
      ['PATCH', '/images/x'], ['POST', '/images/batch-delete'], ['POST', '/images/batch-get'],
      ['POST', '/images/x/confirm'],
    ]) {
      expectProblem(
        await client.call(method, path, { body: '{}', headers: { 'content-type': 'text/plain' } }),
        'unsupported-media-type',
      );
    }
  });

  test.each(['image/png', 'text/html', '*/*;q=0', 'nonsense', ''])('ignores Accept: %s', async accept => {
    expectStatus(await client.call('GET', '/images', { headers: { accept } }), 200);
    expectProblem(await client.call('GET', '/images/x', { headers: { accept } }), 'not-found');
  });
}
