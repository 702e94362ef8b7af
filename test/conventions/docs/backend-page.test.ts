import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { checkSignature } from '../../../local/engines/request-signature';
import { listCode } from '../documents';
import { load } from '../typescript';

type CallImages = (user: string, method: string, path: string, json?: object) => Promise<Response>;

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
const seen: { request: IncomingMessage; body: string }[] = [];
const server = createServer((request, response) => void text(request).then(body => {
  seen.push({ request, body });
  response.end('{}');
}));
let callImages: CallImages;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const code = listCode('docs/backend.md', 'ts').find(snippet => snippet.includes('SignatureV4'))!;
  ({ callImages } = load<{ callImages: CallImages }>(code, {
    IMAGES_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prod/`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
  }));
});
beforeEach(() => seen.splice(0));
afterAll(() => server.close());

test.each([
  ['GET', 'images?tag=a%20b&tag=c&limit=10', undefined],
  ['POST', 'images', { content_type: 'image/png', size: 70 }],
])('the backend of docs/backend.md signs its requests and names the user: %s %s', async (method, path, json) => {
  expect((await callImages('alice', method, path, json)).status).toBe(200);
  const [{ request, body }] = seen;
  expect(request.method).toBe(method);
  expect(request.url).toBe(`/prod/${path}`);
  expect(request.headers['x-user-id']).toBe('alice');
  expect(body).toBe(json === undefined ? '' : JSON.stringify(json));
  expect(request.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=[a-z0-9;-]*x-user-id/,
  );
  expect(checkSignature(request, Buffer.from(body), CREDENTIALS)).toBeUndefined();
});

test('its signature covers the user, whom nobody on the way can replace', async () => {
  await callImages('alice', 'GET', 'images');
  const [{ request }] = seen;
  request.rawHeaders = request.rawHeaders.map(value => value === 'alice' ? 'bob' : value);
  expect(checkSignature(request, Buffer.alloc(0), CREDENTIALS)).toBe('wrong signature');
});
