import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CANARIES, deliverUpload, Functions, send, type Upload } from './functions';
import { drawTree, readSpans } from './recorded-span';
import { buildDeliveryPath } from '../../../src/contract';
import type { Started } from '../runtime-interface/execution-environment';

jest.setTimeout(120_000);

const functions = new Functions();
beforeAll(async () => functions.open());
afterEach(async () => functions.stop());
afterAll(async () => functions.close());

/** The runtime interface of the tests gives every invocation this one. */
const X_RAY_ID = '1-5bef4de7-ad49b0e87f6ef6c87fc2e700';

/** All spans so far. Fails if one holds more than its attributes may. */
function takeSpans(running: Started) {
  const spans = readSpans(running.output());
  for (const { attributes, events } of spans) {
    expect(['image_id', 'route']).toEqual(expect.arrayContaining(Object.keys(attributes)));
    expect(events).toEqual([]);
  }
  const all = JSON.stringify(spans);
  for (const text of [...Object.values(CANARIES), 'originals', 'variants/', 'http']) expect(all).not.toContain(text);
  return spans;
}

test('a request has a span, and each call of storage, table, queue and signer one inside it', async () => {
  const api = await functions.start('api');
  const made = await functions.upload(api);
  await send(api, 'POST /images/{image_id}/confirm', made);
  await deliverUpload(await functions.start('worker'), made);
  await send(api, 'GET /images/{image_id}', made);
  await send(api, 'GET /images');
  await send(api, 'DELETE /images/{image_id}', made);
  const spans = takeSpans(api);
  expect(drawTree(spans)).toEqual([
    'POST /images', '  table write', '  presign upload',
    'POST /images/{image_id}/confirm', '  table get', '  storage find', '  storage read start', '  table write',
    'GET /images/{image_id}', '  table get', '  sign policy',
    'GET /images', '  table list by user', '  table get many', '  sign policy',
    'DELETE /images/{image_id}', '  table get', '  table write', '  storage delete', '  storage delete all',
    '  queue invalidation',
  ]);
  expect(spans.filter(({ status }) => status.code !== 0)).toEqual([]);
  const attributesOf = (wanted: string) => spans.find(({ name }) => name === wanted)!.attributes;
  expect(attributesOf('presign upload')).toEqual({ image_id: made.id, route: 'POST /images' });
  expect(attributesOf('storage find')).toEqual({ image_id: made.id, route: 'POST /images/{image_id}/confirm' });
  expect(attributesOf('table list by user')).toEqual({ route: 'GET /images' });
  // Each request is a trace of its own.
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(5);
});

test('texts of a client name no span', async () => {
  const api = await functions.start('api');
  await send(api, 'GET /images/{image_id}', { id: CANARIES.path });
  await send(api, `GET /${CANARIES.path}`);
  await send(api, `${CANARIES.path.toUpperCase()} /images`);
  expect(takeSpans(api).map(({ name, attributes }) => [name, attributes])).toEqual([
    ['GET /images/{image_id}', { route: 'GET /images/{image_id}' }],
    ['unknown route', { route: 'unknown route' }],
    ['unknown route', { route: 'unknown route' }],
  ]);
});

async function uploadConfirmed(hasLayer = true): Promise<Upload> {
  const api = await functions.start('api', {}, hasLayer);
  const made = await functions.upload(api);
  await send(api, 'POST /images/{image_id}/confirm', made);
  return made;
}

test('an upload has a span, and each step of the worker one inside it', async () => {
  const made = await uploadConfirmed();
  const worker = await functions.start('worker');
  expect(await deliverUpload(worker, made)).toEqual({ batchItemFailures: [] });
  const spans = takeSpans(worker);
  expect(drawTree(spans)).toEqual([
    'process upload', '  table take lease', '  table get', '  table write', '  storage read', '  table recall rejection',
    '  scan', '  make variants', '    decode', '    encode', '  storage put', '  table get', '  table write',
    '  table release lease',
  ]);
  for (const { attributes } of spans) expect(attributes).toEqual({ image_id: made.id });
});

test('a variant on demand has a span, and each step one inside it', async () => {
  const made = await uploadConfirmed();
  await deliverUpload(await functions.start('worker'), made);
  const transform = await functions.start('transform');
  const posted = await transform.invoke({
    rawPath: `${buildDeliveryPath(made.key)}/large.webp`, requestContext: { http: { method: 'GET' } },
  });
  expect(posted.body.toString('latin1')).toMatch(/^\{"statusCode":200,/);
  const spans = takeSpans(transform);
  expect(drawTree(spans)).toEqual([
    'deliver variant', '  table get', '  storage find', '  table take lease', '  storage find',
    '  table recall rejection', '  storage read', '  make variants', '    decode', '    encode', '  storage put',
    '  table get', '  table release lease',
  ]);
  for (const { attributes } of spans) expect(attributes).toEqual({ image_id: made.id });
});

test('an error marks its spans by our code, without its message', async () => {
  const table = createServer((request, response) => {
    request.resume();
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
      .end(`{"__type":"AccessDeniedException","message":"${CANARIES.user} may not"}`);
  });
  await new Promise<void>(resolve => { table.listen(0, '127.0.0.1', resolve); });
  const { port } = table.address() as AddressInfo;
  const api = await functions.start('api', { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
  expect(await send(api, 'GET /images')).toMatchObject({ status: 500 });
  table.close();
  const spans = takeSpans(api);
  expect(spans.map(({ name, status }) => [name, status])).toEqual([
    ['table list by user', { code: 2, message: 'AccessDenied' }], ['GET /images', { code: 2, message: 'AccessDenied' }],
  ]);
  const line = api.output().split('\n').find(text => text.includes('"request failed"'))!;
  expect(JSON.parse(line)).toMatchObject({ trace_id: spans[0].traceId, xray_trace_id: X_RAY_ID });
});

test('without a layer nothing is recorded, and answers are the same', async () => {
  const [plain, traced] = [await functions.start('api', {}, false), await functions.start('api')];
  const made = await uploadConfirmed(false);
  for (const route of ['GET /images/{image_id}', 'GET /images']) {
    expect(await send(plain, route, made)).toEqual(await send(traced, route, made));
  }
  expect(readSpans(plain.output())).toEqual([]);
  expect(plain.output()).not.toContain('"trace_id"');
  const worker = await functions.start('worker', {}, false);
  expect(await deliverUpload(worker, made)).toEqual({ batchItemFailures: [] });
  expect(readSpans(worker.output())).toEqual([]);
  expect(await functions.services.service.rows.get(made.id)).toMatchObject({ status: 'ready' });
});
