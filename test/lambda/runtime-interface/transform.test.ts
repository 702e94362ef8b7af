import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { type Started, startFunction } from './execution-environment';
import type { Posted } from './runtime-api';
import { startServices } from './services';
import { PRELUDE_TYPE, parseStreamedAnswer } from '../../../local/cdn/awslambda';
import {
  DELIVERY, DELIVERY_HEADERS, buildDeliveryPath, type ImageRecord, buildVariantKey,
} from '../../../src/contract';

let services: Awaited<ReturnType<typeof startServices>>;
let transform: Started;
let row: ImageRecord;

beforeAll(async () => {
  services = await startServices();
  const photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();
  row = await services.service.ready('01JDB2W8000000000000000000', 'image/jpeg', photo);
  transform = await startFunction('transform', services.env);
}, 300_000);

afterAll(async () => {
  expect(await transform.stop()).toEqual([]);
  await services.close();
});

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
function request(path: string, method = 'GET'): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {},
    requestContext: { http: { method, path } },
    isBase64Encoded: false,
  };
}

const pathOf = (file: string, of = row): string => `${buildDeliveryPath(of.object_key)}/${file}`;
const SUCCESS = {
  ...DELIVERY_HEADERS,
  'content-type': 'image/webp',
  'cache-control': DELIVERY.CACHE_CONTROL,
  'etag': expect.stringMatching(/^"[^"]+"$/) as string,
};

/** The wire format: JSON of status and headers, eight zero bytes, the body; chunked, with trailers for errors. */
function expectStreamed(posted: Posted, status: number, headers: object, body: Uint8Array): void {
  expect(posted.kind).toBe('response');
  expect(posted.headers).toMatchObject({
    'content-type': PRELUDE_TYPE, 'lambda-runtime-function-response-mode': 'streaming', 'transfer-encoding': 'chunked',
  });
  const prelude = posted.body.subarray(0, posted.body.indexOf(0));
  expect(JSON.parse(prelude.toString())).toEqual({ statusCode: status, headers });
  expect(posted.body.equals(Buffer.concat([prelude, Buffer.alloc(8), body]))).toBe(true);
  expect(posted.trailers).toEqual({});
}

async function storedBytes(name: string): Promise<Buffer> {
  const { objects } = services.service;
  const key = buildVariantKey(row.object_key, { name, format: 'webp' });
  return Buffer.from((await objects.read(key, (await objects.find(key))!.etag))!);
}

test('streams a variant that it has made', async () => {
  const posted = await transform.invoke(request(pathOf('large.webp')));
  const bytes = await storedBytes('large');
  expect((await sharp(bytes).metadata()).width).toBe(200);
  expectStreamed(posted, 200, SUCCESS, bytes);
});

test('answers HEAD with the headers of GET and no body', async () => {
  expectStreamed(await transform.invoke(request(pathOf('large.webp'), 'HEAD')), 200, SUCCESS, Buffer.alloc(0));
});

test.each([0, 1, 20_000_000])('streams a stored variant of %i bytes', async length => {
  const stored = await services.service.ready(`01SIZE${length}`, 'image/jpeg', Buffer.from('original'));
  const bytes = randomBytes(length);
  await services.service.objects.put(
    buildVariantKey(stored.object_key, { name: 'thumb', format: 'webp' }), bytes, 'image/webp',
  );
  expectStreamed(await transform.invoke(request(pathOf('thumb.webp', stored))), 200, SUCCESS, bytes);
});

test.each<[number, string, () => Promise<Posted>]>([
  [404, 'not-found', async () => transform.invoke(request('/_/nobody/01NONE/large.webp'))],
  [405, 'method-not-allowed', async () => transform.invoke(request(pathOf('large.webp'), 'POST'))],
  [503, 'unavailable', async () => transform.invoke(request(pathOf('large.jpg')), 1)],
])('streams a problem with status %i', async (status, code, ask) => {
  const posted = await ask();
  const answer = parseStreamedAnswer(posted.headers['content-type']!, posted.body);
  expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/problem+json' } });
  expect(answer.headers['cache-control']).toBe(status === 404 ? undefined : 'no-store');
  expect(JSON.parse(answer.body.toString())).toMatchObject({ status, code });
  expect(posted.trailers).toEqual({});
});

test('reports an error of the handler in trailers, without status and headers', async () => {
  const posted = await transform.invoke({ rawPath: '/' });
  expect(posted.body).toHaveLength(0);
  expect(posted.headers.trailer).toBe('Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body');
  expect(posted.trailers['lambda-runtime-function-error-type']).toBe('TypeError');
  const body = JSON.parse(Buffer.from(posted.trailers['lambda-runtime-function-error-body']!, 'base64').toString());
  expect(body).toMatchObject({ errorType: 'TypeError', trace: expect.any(Array) });
  expect(posted.headers['content-type']).toBe('application/octet-stream');
});

test('makes a variant after its environment was frozen with a decoder waiting', async () => {
  await transform.freeze(6000);
  const other = await services.service.ready(
    '01FROZEN',
    'image/png',
    await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } }).png().toBuffer(),
  );
  const posted = await transform.invoke(request(pathOf('large.webp', other)));
  expect(parseStreamedAnswer(posted.headers['content-type']!, posted.body)).toMatchObject({ status: 200 });
});

test('writes nowhere but below /tmp, and leaves nothing there', () => {
  expect(transform.temporaryFiles()).toEqual([]);
});
