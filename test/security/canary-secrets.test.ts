import { makeCorruptPhoto, makeCorruptPng, makePhoto } from './canary/canary-files';
import { CanaryService } from './canary/canary-service';
import { SAVED_QUERIES } from '../../src/monitoring/saved-queries';
import { exchange, splitUrl } from '../environments/http';
import { CANARIES } from '../support/canaries';

jest.setTimeout(180_000);

let service: CanaryService;
let isStopped = false;
const statuses = new Set<number>();

beforeAll(async () => {
  service = await CanaryService.start();
  await uploadAndUse();
  await askWrongly();
  await uploadBadFiles();
  await operate();
  await failStorage();
  await failTable();
  await service.order({ sweepAfter: 3 * 3_600_000 });
  await service.stop();
  isStopped = true;
});
afterAll(async () => { if (!isStopped) await service?.stop(); });

async function ask(...request: Parameters<CanaryService['ask']>): Promise<void> {
  statuses.add((await service.ask(...request)).status);
}

function buildCreate(size: number, content_type = 'image/jpeg', more: object = {}): object {
  return { content_type, size, filename: CANARIES.filename, tags: [CANARIES.tag], ...more };
}

/** Creates and uploads; S3's event starts the worker. */
async function upload(bytes: Buffer, content_type = 'image/jpeg', key?: string): Promise<string> {
  const headers = key === undefined ? [] : [['idempotency-key', key] as const];
  const created = await service.askJson('POST', '/images', { json: buildCreate(bytes.length, content_type), headers });
  await putBytes(created.upload, bytes);
  return created.image_id;
}

async function putBytes(to: { url: string; headers: Record<string, string> }, bytes: Buffer): Promise<void> {
  const { origin, target } = splitUrl(to.url);
  const stored = await exchange(origin, { method: 'PUT', target, headers: Object.entries(to.headers), body: bytes });
  expect(stored.status).toBe(200);
}

async function fetchUrl(url: string): Promise<number> {
  const { origin, target } = splitUrl(url);
  return (await exchange(origin, { method: 'GET', target, headers: [] })).status;
}

async function uploadAndUse(): Promise<void> {
  const id = await upload(await makePhoto(), 'image/jpeg', CANARIES.idempotencyKey);
  await ask('POST', `/images/${id}/confirm`);
  await service.waitForLine('record processed', { image_id: id, status: 'ready' });
  const image = await service.askJson('GET', `/images/${id}`);
  for (const { url } of Object.values(image.variants) as { url: string }[]) expect(await fetchUrl(url)).toBe(200);
  expect(await fetchUrl((await service.askJson('GET', `/images/${id}/download`)).url)).toBe(200);
  await ask('HEAD', `/images/${id}`);
  await ask('PATCH', `/images/${id}`, { json: { filename: `x${CANARIES.filename}`, tags: [`x${CANARIES.tag}`] } });
  await ask('POST', `/images/${await upload(await makePhoto())}/confirm`);
  const { next_cursor } = await service.askJson('GET', '/images?limit=1');
  expect(next_cursor).toEqual(expect.any(String));
  await ask('GET', `/images?limit=1&cursor=${next_cursor}`);
  await ask('GET', `/images?tag=${CANARIES.tag}`);
  await ask('POST', '/cdn-session');
  await ask('GET', '/usage');
  await ask('GET', '/health');
  await ask('OPTIONS', '/images');
  await ask('POST', '/images', {
    json: buildCreate(77), headers: [['idempotency-key', CANARIES.idempotencyKey]],
  });
  await ask('DELETE', `/images/${id}`);
}

async function askWrongly(): Promise<void> {
  const { body, cursor, path, query, token } = CANARIES;
  await ask('GET', `/images/${path}`);
  await ask('DELETE', `/images/${path}`);
  await ask('GET', `/${path}?${query}=${query}`);
  await ask('PUT', `/images?${query}`);
  await ask('BREW', '/images');
  await ask('GET', `/images?${query}=1`);
  await ask('GET', `/images?cursor=${cursor}`);
  await ask('GET', `/images?created_after=${query}`);
  await ask('POST', '/images', { json: { [body]: body, content_type: body, size: body, filename: body, tags: [body] } });
  await ask('POST', '/images', { body: `{"${body}`, headers: [['content-type', 'application/json']] });
  await ask('POST', '/images', { body, headers: [['content-type', `text/${body}`]] });
  await ask('POST', '/images', { json: buildCreate(10 ** 12) });
  await ask('POST', '/images', { json: buildCreate(10), headers: [['idempotency-key', `${token}\xff`]] });
  await ask('POST', '/images/batch-delete', { json: { image_ids: [path, '01KDVDNA0000000000000007QF'] } });
  await ask('POST', '/images/batch-get', { json: { image_ids: [path, '01KDVDNA0000000000000007QF'] } });
  await ask('POST', '/images', { json: { ...buildCreate(10), visibility: body, shared_with: [body, `user:${body}`] } });
  await ask('GET', `/images?group=${query}`);
  await ask('GET', `/images?shared=${query}`);
  await ask('GET', '/images', { headers: [['x-user-id', `second ${token}`]] });
  await ask('GET', '/images', { headers: [['x-tenant-id', token]] });
  await ask('GET', `/cdn/_/${path}/${path}/large.webp?Signature=${token}`);
}

async function uploadBadFiles(): Promise<void> {
  for (const [bytes, type] of [[await makeCorruptPhoto(), 'image/jpeg'], [makeCorruptPng(), 'image/png']] as const) {
    const id = await upload(bytes, type);
    await service.waitForLine('record processed', { image_id: id });
    await ask('POST', `/images/${id}/confirm`);
  }
  const other = await upload(Buffer.from(CANARIES.storedObject));
  await ask('POST', `/images/${other}/confirm`);
}

async function operate(): Promise<void> {
  await service.operate({ command: 'status' });
  await service.operate({ command: 'reprocess', user_id: CANARIES.userId, remake: 'changed' });
  await service.operate({ command: 'reprocess', user_id: CANARIES.userId.repeat(20), remake: 'changed' });
  await service.operate({ command: 'reprocess', all: true, remake: 'missing', cursor: CANARIES.cursor });
  await service.operate({ command: 'failed', cursor: CANARIES.cursor });
  await service.operate({ command: 'redrive', cursor: CANARIES.cursor, [CANARIES.query]: CANARIES.token });
}

/** The error of each call repeats its request. */
async function failStorage(): Promise<void> {
  const bytes = await makePhoto();
  const [pending, denied] = await Promise.all([1, 2].map(async () => service.askJson('POST', '/images', {
    json: buildCreate(bytes.length),
  })));
  await putBytes(denied.upload, bytes);
  for (const fault of ['denied', 'broken'] as const) {
    await service.order({ fail: 'storage', fault });
    await ask('POST', `/images/${pending.image_id}/confirm`);
    await ask('DELETE', `/images/${pending.image_id}`);
  }
  await service.order({ fail: 'storage', fault: 'none' });
}

async function failTable(): Promise<void> {
  const bytes = await makePhoto();
  const { upload: to, image_id } = await service.askJson('POST', '/images', { json: buildCreate(bytes.length) });
  const ready = await upload(bytes);
  await service.waitForLine('record processed', { image_id: ready, status: 'ready' });
  const { variants } = await service.askJson('GET', `/images/${ready}`);
  const [{ url }] = Object.values(variants) as { url: string }[];
  for (const fault of ['denied', 'broken'] as const) {
    await service.order({ fail: 'table', fault });
    if (fault === 'denied') {
      await putBytes(to, bytes);
      await service.waitForLine('message processing failed; the queue delivers it again', { image_id });
    }
    await ask('POST', '/images', { json: buildCreate(1), headers: [['idempotency-key', CANARIES.idempotencyKey]] });
    await ask('GET', `/images/${image_id}`);
    await ask('GET', `/images?tag=${CANARIES.tag}`);
    await ask('POST', '/images/batch-delete', { json: { image_ids: [image_id] } });
    await ask('POST', '/images/batch-get', { json: { image_ids: [image_id] } });
    await fetchUrl(url.replace(/thumb|small/, 'large'));
    await service.operate({ command: 'reprocess', user_id: CANARIES.userId, remake: 'changed' });
    await service.order({ sweepAfter: 0 });
  }
  await service.order({ fail: 'table', fault: 'none' });
}

test('the run has every kind of answer, and every kind of line', () => {
  expect([...statuses].sort()).toEqual(
    expect.arrayContaining([200, 204, 400, 404, 405, 409, 413, 415, 422, 500, 503]),
  );
  const messages = new Set(service.logs.logs.map(({ message }) => message));
  expect([...messages]).toEqual(expect.arrayContaining([
    'request completed', 'request failed', 'record processed', 'batch processed', 'record swept', 'swept', 'operated',
    'invalidated', 'invocation failed', 'deleting an image of a batch failed',
    'message processing failed; the queue delivers it again',
  ]));
  expect(service.logs.metrics.length).toBeGreaterThan(10);
  const codes = service.logs.withMessage('record processed').map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['CORRUPT', undefined]));
});

test('every line of every function is JSON with the fixed fields, and holds no secret of a user', () => {
  expect(service.logs.lines.length).toBeGreaterThan(100);
  expect(service.logs.findFaults()).toEqual([]);
});

/** Words of the query language. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html */
const WORDS = new Set([
  'fields', 'filter', 'stats', 'sort', 'limit', 'asc', 'desc', 'and', 'or', 'in', 'as', 'by', 'count', 'pct', 'max',
  'latest', 'bin',
]);

/** The fields that a query reads: no words, no names that it defines, no texts, and no fields of CloudWatch. */
function listFields(lines: readonly string[]): string[] {
  const query = lines.join(' ').replace(/"[^"]*"/g, '');
  const defined = [...query.matchAll(/ as (\w+)/g)].map(([, name]) => name);
  const names = query.match(/@?\b[a-z_][a-z_0-9]*(\.[a-z_]+)*/g) ?? [];
  return [...new Set(names)].filter(name => !name.startsWith('@') && !WORDS.has(name) && !defined.includes(name));
}

/** The paths of all values, as CloudWatch Logs Insights names them. */
function listPaths(line: object, prefix = ''): string[] {
  return Object.entries(line).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? listPaths(value, `${prefix}${name}.`) : [prefix + name]);
}

describe('a saved query', () => {
  test.each(SAVED_QUERIES.map(({ name, lines }) => [name, lines] as const))('"%s" reads logged fields only', (_, lines) => {
    const logged = new Set(service.logs.logs.flatMap(line => listPaths(line)));
    const fields = listFields(lines);
    expect(fields.length).toBeGreaterThan(1);
    expect(fields.filter(field => !logged.has(field))).toEqual([]);
  });

  test('filters by messages that functions write', () => {
    const messages = service.logs.logs.map(({ message }) => message);
    const wanted = SAVED_QUERIES.flatMap(({ lines }) => [...lines.join(' ').matchAll(/message = "([^"]*)"/g)]);
    expect(wanted.length).toBeGreaterThan(2);
    for (const [, message] of wanted) expect(messages).toContain(message);
  });
});

test('the id of the request that created an image stands in its lines of other functions', () => {
  const lines = service.logs.logs;
  const create = lines.find(({ route, status }) => route === 'POST /images' && status === 201)!;
  const own = lines.filter(({ image_id }) => image_id === create.image_id);
  const isLinked = (message: string) => own.some(
    line => line.message === message && [line.request_id, line.created_by_request].includes(create.request_id),
  );
  expect(['request completed', 'record processed', 'record swept'].filter(message => !isLinked(message))).toEqual([]);
  const later = own.filter(({ route }) => String(route).startsWith('POST /images/{image_id}/confirm'));
  expect(later.map(({ created_by_request }) => created_by_request)).toEqual([create.request_id]);
  expect(later[0].request_id).not.toBe(create.request_id);
});

test('a record that became ready has the time since its upload', () => {
  const ready = service.logs.withMessage('record processed').filter(({ status }) => status === 'ready');
  expect(ready.length).toBeGreaterThan(1);
  for (const { ready_after_ms, duration_ms, attempt } of ready) {
    expect([ready_after_ms, duration_ms, attempt]).toEqual([expect.any(Number), expect.any(Number), 1]);
    // Storage dates uploads by whole seconds.
    expect(Number(ready_after_ms)).toBeLessThan(60_000);
  }
});
