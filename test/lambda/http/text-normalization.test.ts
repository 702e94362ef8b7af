import type { ApiDeps } from '../../../lambda/domain/ports';
import { answer } from '../../../lambda/http/app';
import type { HttpRequest } from '../../../lambda/http/messages';
import { normaliseTag } from '../../../lambda/http/schemas';
import { IMAGE_TYPES } from '../../../src/contract';

/** Combining marks in descending order of their classes: V8 takes quadratic time to sort them. */
const MARKS = 'a' + '\u0301\u0316'.repeat(10_000);

function request(method: string, resource: string, more: Partial<HttpRequest>): HttpRequest {
  return {
    method,
    resource,
    path: '/images',
    parameters: { image_id: '01JDB2W8' },
    query: new Map(),
    headers: new Map([['x-user-id', ['alice']]]),
    body: new Uint8Array(),
    requestId: 'r',
    ...more,
  };
}

const withBody = (method: string, resource: string, body: object) =>
  request(method, resource, { body: Buffer.from(JSON.stringify(body)) });

afterEach(() => { jest.restoreAllMocks(); });

test.each<[string, string, HttpRequest]>([
  [
    'the filename of a create', '/filename',
    withBody('POST', '/images', { content_type: 'image/png', size: 1, filename: MARKS }),
  ],
  ['a tag of a create', '/tags/0', withBody('POST', '/images', { content_type: 'image/png', size: 1, tags: [MARKS] })],
  ['the filename of a change', '/filename', withBody('PATCH', '/images/{image_id}', { filename: MARKS })],
  ['a tag of a change', '/tags/0', withBody('PATCH', '/images/{image_id}', { tags: [MARKS] })],
  ['a tag of a list', 'tag', request('GET', '/images', { query: new Map([['tag', [MARKS]]]) })],
])('%s that is far too long gets 400 without being normalized', async (_, path, asked) => {
  const normalize = jest.spyOn(String.prototype, 'normalize');
  // No route may reach its stores.
  const deps = {
    clock: { now: () => 0 }, policy: { accept: IMAGE_TYPES, maxUploadBytes: 1000 }, delivery: { mode: 'presigned' },
  } as unknown as ApiDeps;
  const onError = (error: unknown) => { throw error; };
  const { status, body = '' } = await answer(asked, { deps, access: 'iam', corsOrigins: [], onError });
  expect([status, JSON.parse(body).errors[0].path]).toEqual([400, path]);
  expect(normalize.mock.contexts.map(text => String(text).length).filter(length => length > 10_000)).toEqual([]);
});

test('a tag is accepted if normalization makes it short enough', () => {
  // Four code points each, in a row of blanks: U+1F82 in its longest form.
  expect(normaliseTag(`  ${'\u03b1\u0313\u0300\u0345'.repeat(64)}${' '.repeat(5000)}`)).toBe('\u1f82'.repeat(64));
});
