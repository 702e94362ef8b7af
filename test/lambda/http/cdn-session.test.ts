import { BASE_URL, delivery, KEY_ID, verified } from './support/signing';
import type { CdnSigner, Delivery } from '../../../lambda/domain/deliver/ports';
import { TryAgain } from '../../../lambda/domain/errors';
import type { ApiDeps } from '../../../lambda/domain/ports';
import { answer } from '../../../lambda/http/app';
import type { HttpRequest, HttpResponse } from '../../../lambda/http/messages';
import { toResult } from '../../../lambda/runtime/gateway-event';

const NOW = Date.UTC(2026, 10, 22, 12, 1);

function request(body = ''): HttpRequest {
  return {
    method: 'POST',
    resource: '/cdn-session',
    path: '/cdn-session',
    parameters: {},
    query: new Map(),
    headers: new Map([['x-user-id', ['alice@example.com']]]),
    body: Buffer.from(body),
    requestId: 'r',
  };
}

const errors: unknown[] = [];

async function ask(how: Delivery, body?: string): Promise<HttpResponse> {
  const deps = { delivery: how, clock: { now: () => NOW } } as unknown as ApiDeps;
  return answer(request(body), { deps, access: 'iam', corsOrigins: [], onError: error => errors.push(error) });
}

/** Cookies as a browser reads them: value and attributes by name. */
function cookiesOf({ cookies = [] }: HttpResponse): Map<string, [string, string[]]> {
  return new Map(cookies.map(cookie => {
    const [pair, ...attributes] = cookie.split('; ');
    const at = pair.indexOf('=');
    return [pair.slice(0, at), [pair.slice(at + 1), attributes]];
  }));
}

test('four cookies open all images of the caller until the signature ends', async () => {
  const response = await ask(delivery());
  expect([response.status, response.body]).toEqual([204, undefined]);
  const cookies = cookiesOf(response);
  expect([...cookies.keys()]).toEqual([
    'CloudFront-Policy', 'CloudFront-Signature', 'CloudFront-Key-Pair-Id', 'CloudFront-Hash-Algorithm',
  ]);
  const [policy, signature, keyId, hash] = [...cookies.values()].map(([value]) => value);
  const end = Date.UTC(2026, 10, 22, 13, 15) / 1000;
  expect(verified(policy, signature)).toEqual({
    Statement: [
      { Resource: `${BASE_URL}/_/17vtbxpt6ctqt50nxy6d1d0h8w/*`, Condition: { DateLessThan: { 'AWS:EpochTime': end } } },
    ],
  });
  expect([keyId, hash]).toEqual([KEY_ID, 'SHA256']);
  for (const [, attributes] of cookies.values()) {
    expect(attributes).toEqual(['Path=/', `Max-Age=${end - NOW / 1000}`, 'HttpOnly', 'SameSite=Lax', 'Secure']);
  }
});

test('cookies are for the parent domain where one is configured, and for plain http on a laptop', async () => {
  const attributesFor = async (more: Parameters<typeof delivery>[0]) =>
    [...cookiesOf(await ask(delivery(more))).values()][0][1];
  expect(await attributesFor({ cookieDomain: 'example.com' })).toContain('Domain=example.com');
  const local = await attributesFor({ baseUrl: 'http://localhost:8080/cdn' });
  expect(local).toContain('Path=/cdn');
  expect(local).not.toContain('Secure');
});

test('several Set-Cookie headers reach API Gateway as separate values', async () => {
  const { multiValueHeaders, headers } = toResult(await ask(delivery()));
  expect(multiValueHeaders?.['set-cookie']).toHaveLength(4);
  expect(Object.keys(headers ?? {})).not.toContain('set-cookie');
});

test('public delivery answers without a cookie', async () => {
  const response = await ask({ mode: 'anyone', baseUrl: BASE_URL }, '{}');
  expect([response.status, response.cookies]).toEqual([204, undefined]);
});

test.each<[string, Delivery, string | undefined, number, string]>([
  ['without a CDN there is no such route', { mode: 'presigned' }, undefined, 404, 'no-such-route'],
  ['a field is no field of it', delivery(), '{"user_id":"bob"}', 400, 'invalid-request'],
])('%s', async (_, how, body, status, code) => {
  const response = await ask(how, body);
  expect([response.status, JSON.parse(response.body!).code, response.cookies]).toEqual([status, code, undefined]);
});

test('without the signing key the session is unavailable, and the log has the reason', async () => {
  const why = new TryAgain('the secret could not be read');
  const signer: CdnSigner = { sign: () => Promise.reject(why) };
  const response = await ask(delivery({ signer }));
  expect([response.status, JSON.parse(response.body!).code, response.headers['retry-after']]).toEqual([
    503, 'unavailable', '1',
  ]);
  expect(response.body).not.toContain('secret');
  expect(errors).toContain(why);
});
