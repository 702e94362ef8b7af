import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { startEventBus, streamEvent } from './event-bus';
import { apiEvent, authorizerEvent, buildAuthorizerEnvironment, sqsEvent } from './events';
import { type Started, startFunction } from './execution-environment';
import type { Posted } from './runtime-api';
import { startServices, TABLE_ARN } from './services';
import { computeUserSegment } from '../../../lambda/domain/caller';
import { buildDeliveryPath, buildLeaseId, buildOriginalKey, type ImageRecord, QUEUE } from '../../../src/contract';
import { ROOT } from '../../conventions/compiled';
import { CapturedLogs } from '../../support/captured-logs';
import { createKey, signToken, startIssuer } from '../../support/issuer';

jest.setTimeout(120_000);

let services: Awaited<ReturnType<typeof startServices>>;
let running: Started | undefined;

beforeAll(async () => { services = await startServices(); });

/** Cleans up after failed tests, too. */
afterEach(async () => {
  const changed = await running?.stop();
  running = undefined;
  expect(changed ?? []).toEqual([]);
});

afterAll(async () => services.close());

/** Invokes a handler with each event in turn. The handler is frozen for a moment in between. */
async function run(name: string, events: readonly unknown[], env: Record<string, string> = {}): Promise<Posted[]> {
  running = await startFunction(name, { ...services.env, ...env });
  const posted: Posted[] = [];
  for (const event of events) {
    if (posted.length > 0) await running.freeze(500);
    posted.push(await running.invoke(event));
  }
  expectDiscreet(running.output());
  expectFixedFields(running.output());
  // Below `/tmp`, which is shared by all invocations of an environment.
  expect(running.temporaryFiles()).toEqual(TEMPORARY_FILES[name] ?? []);
  return posted;
}

function resultOf({ kind, headers, body }: Posted): any {
  const value = JSON.parse(body.toString());
  if (kind === 'error') throw new Error(`the handler failed: ${value.errorType} ${value.errorMessage}`);
  expect(headers['content-type']).toBe('application/json');
  return value;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror */
function errorOf({ kind, body }: Posted): { errorType: string; errorMessage: string } {
  expect(kind).toBe('error');
  const value = JSON.parse(body.toString());
  expect(value).toEqual({ errorType: expect.any(String), errorMessage: expect.any(String), trace: expect.any(Array) });
  return value;
}

async function photo(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 48, channels: 3, background: '#996633' } }).png().toBuffer();
}

/**
 * The end of a lease that was returned: its item expires an hour later (`lambda/aws/leases.ts`). Epoch milliseconds.
 */
async function endOfLease(id: string): Promise<number> {
  const { expires_at } = await services.service.rows.get(id) as ImageRecord & { expires_at: number };
  return (expires_at - 3600) * 1000;
}

/** A lease or a claim lasts as long as the function may run: if it ended earlier, another would begin the same work. */
function expectToLast(end: number, timeoutSeconds: number, began: number): void {
  expect(end).toBeGreaterThanOrEqual(began + timeoutSeconds * 1000);
  // Expiry counts whole seconds.
  expect(end).toBeLessThanOrEqual(Date.now() + timeoutSeconds * 1000 + 1000);
}

const CASES: Readonly<Record<string, () => Promise<void>>> = {
  api: async () => {
    const [health, created, listed] = (await run('api', [
      apiEvent('GET', '/health'), apiEvent('POST', '/images', { content_type: 'image/png', size: 100 }),
      apiEvent('GET', '/images'),
    ])).map(resultOf);
    expect([health.statusCode, JSON.parse(health.body)]).toEqual([200, { status: 'ok' }]);
    expect([created.statusCode, JSON.parse(created.body).upload.method]).toEqual([201, 'PUT']);
    expect([listed.statusCode, JSON.parse(listed.body).next_cursor]).toEqual([200, null]);
  },
  authorizer: async () => {
    const key = createKey('ES256');
    const issuer = await startIssuer([key]);
    const expires = Math.floor(Date.now() / 1000) + 600;
    const token = signToken(key, { iss: issuer.url, aud: 'app', sub: 'alice', groups: ['canary'], exp: expires });
    const events = [token, token, `${token}x`].map(authorizerEvent);
    const [allowed, again, denied] = await run('authorizer', events, buildAuthorizerEnvironment(issuer.url))
      .finally(async () => issuer.close());
    const context = { user_id: 'alice', groups: 'canary', trusted: 'false', exp: String(expires) };
    expect([allowed, again].map(resultOf)).toMatchObject([{ context }, { context }]);
    // API Gateway answers 401 to exactly this text.
    expect(errorOf(denied).errorMessage).toBe('Unauthorized');
    expect(issuer.fetches()).toBe(1);
  },
  worker: async () => {
    const began = Date.now();
    const rows = await Promise.all(['01WORKERA', '01WORKERB'].map(
      async id => services.service.ready(id, 'image/png', await photo(), { status: 'processing', attempt: undefined }),
    ));
    const answers = await run('worker', rows.map(({ object_key }) => sqsEvent({ object_key })));
    expect(answers.map(resultOf)).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    for (const { image_id } of rows) {
      expect(await services.service.rows.get(image_id)).toMatchObject({
        status: 'ready',
        variants: [{ name: 'thumb' }, { name: 'large' }],
      });
    }
    expectToLast((await services.service.rows.get('01WORKERB'))!.claim_until!, QUEUE.WORKER_TIMEOUT, began);
  },
  transform: async () => {
    const began = Date.now();
    const row = await services.service.ready('01TRANSFORM', 'image/png', await photo());
    const [posted] = await run('transform', [
      { rawPath: `${buildDeliveryPath(row.object_key)}/large.webp`, requestContext: { http: { method: 'GET' } } },
    ]);
    expect(posted.body.toString('latin1')).toMatch(/^\{"statusCode":200,.*\}\0{8}RIFF/s);
    expectToLast(await endOfLease(buildLeaseId('01TRANSFORM', 'large.webp')), 60, began);
  },
  sweeper: async () => {
    const answers = (await run('sweeper', [{ source: 'aws.events' }, { source: 'aws.events' }])).map(resultOf);
    expect(answers).toEqual([expect.any(Object), expect.any(Object)]);
  },
  operator: async () => {
    const [status, unknown] = await run('operator', [{ command: 'status' }, { command: 'dance' }]);
    expect(resultOf(status)).toHaveProperty('status');
    expect(errorOf(unknown).errorMessage).toContain('command must be one of');
  },
  invalidator: async () => {
    const asked = {
      image_id: '01JDB2W8000000000000000000',
      object_key: `originals/_/${'0'.repeat(26)}/01JDB2W8000000000000000000/6e`,
    };
    expect((await run('invalidator', [sqsEvent(asked)])).map(resultOf)).toEqual([{ batchItemFailures: [] }]);
    expect(services.invalidated).toHaveLength(1);
  },
  keys: async () => {
    const sent: string[] = [];
    const bucket = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => sent.push(text)).on('end', () => response.end());
    });
    await new Promise<void>(resolve => { bucket.listen(0, '127.0.0.1', resolve); });
    const ResponseURL = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}/`;
    const event = {
      RequestType: 'Create',
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'Key',
      ResponseURL,
      ResourceProperties: { SecretId: services.secretId },
    };
    const answers = await run('keys', [event]);
    bucket.close();
    expect(answers.map(resultOf)).toEqual([null]);
    expect(JSON.parse(sent.join(''))).toMatchObject({
      Status: 'SUCCESS',
      Data: { PublicKey: expect.stringContaining('BEGIN PUBLIC KEY') },
    });
  },
  leftovers: async () => {
    const sent: string[] = [];
    const bucket = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => sent.push(text)).on('end', () => response.end());
    });
    await new Promise<void>(resolve => { bucket.listen(0, '127.0.0.1', resolve); });
    const ResponseURL = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}/`;
    const event = {
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'Objects',
      ResponseURL,
      ResourceProperties: { Bucket: 'none', Key: 'k' },
    };
    const answers = await run('leftovers', [{ ...event, RequestType: 'Create' }]);
    bucket.close();
    expect(answers.map(resultOf)).toEqual([null]);
    expect(JSON.parse(sent.join(''))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'none' });
  },
  scan: async () => {
    const { object_key, etag } = await services.service.ready('01SCAN', 'image/png', await photo());
    const [scanned, malformed] = await run('scan', [{ object_key, etag }, {}], NO_PROGRAMS);
    expect(resultOf(scanned)).toEqual({ result: 'unavailable' });
    expect(errorOf(malformed).errorMessage).toContain('object_key and etag must be given');
  },
  publisher: async () => {
    const bus = await startEventBus();
    const id = '01JDB2W8000000000000000001';
    const row = await services.service.ready(id, 'image/png', await photo(), {
      object_key: buildOriginalKey('_', computeUserSegment({ userId: 'alice' }), id, '6e'),
      etag: undefined,
    });
    const change = streamEvent({ ...row, status: 'processing', version: row.version - 1 }, row);
    const posted = await run('publisher', [change, change], { AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint })
      .finally(() => bus.close());
    expect(posted.map(resultOf)).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    expect(bus.entries).toMatchObject(Array(2).fill({ DetailType: 'Image Ready', Resources: [TABLE_ARN] }));
  },
  refresh: async () => {
    const [posted] = await run('refresh', [{}], NO_PROGRAMS);
    expect(errorOf(posted).errorMessage).toContain('freshclam');
  },
};

/** A table that fails every call. */
async function failingTable(): Promise<{ endpoint: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(
      '{"__type":"ValidationException","message":"planted"}',
    );
  });
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close().closeAllConnections(),
  };
}

/** Events that name a user, a file or a tag in every possible way, for handlers with a failing table. */
const FAILURES: Readonly<Record<string, () => Promise<object[]>>> = {
  api: async () => [
    apiEvent('POST', '/images', { content_type: 'image/png', size: 100, filename: 'canary.png', tags: ['canary'] }),
    { ...apiEvent('GET', '/images'), multiValueQueryStringParameters: { tag: ['canary'] } },
    { ...apiEvent('GET', '/images/{image_id}'), path: '/images/canary', pathParameters: { image_id: 'canary' } },
  ],
  worker: async () => {
    const { object_key } = await services.service.ready('01WORKERC', 'image/png', await photo(), {
      status: 'processing',
      attempt: undefined,
    });
    return [sqsEvent({ object_key })];
  },
  transform: async () => [{ rawPath: '/_/alice/01TRANSFORM/large.webp', requestContext: { http: { method: 'GET' } } }],
  sweeper: async () => [{}],
  operator: async () => [{ command: 'reprocess', user_id: 'alice', remake: 'changed' }],
};

/** Files that a handler leaves behind. The next run of `refresh` empties its folder. */
const TEMPORARY_FILES: Readonly<Record<string, readonly string[]>> = {
  refresh: ['clamav-refresh', 'clamav-refresh/database', 'clamav-refresh/freshclam.conf'],
};

/** More people read logs than see images, so no line names a user, a file or a tag. */
function expectDiscreet(output: string): void {
  expect(output.split('\n').filter(line => /alice|canary/i.test(line))).toEqual([]);
}

/** Lambda's runtime writes text, and reports a failed invocation in it; all lines of ours are JSON. */
function expectFixedFields(output: string): void {
  const logs = new CapturedLogs();
  for (const line of output.split('\n')) if (line.startsWith('{')) logs.add(`${line}\n`);
  expect(logs.findFaults()).toEqual([]);
}

/** Neither clamd nor freshclam: the machine's own would contact ClamAV's mirror. */
const NO_PROGRAMS = { PATH: '/nonexistent' };

describe("under AWS's runtime client", () => {
  test.each(Object.keys(CASES))('%s answers', async name => CASES[name]());

  test.each(Object.keys(FAILURES))('%s that fails names no user in its log', async name => {
    const table = await failingTable();
    const events = await FAILURES[name]();
    const posted = await run(name, events, { AWS_ENDPOINT_URL_DYNAMODB: table.endpoint }).finally(() => table.close());
    expect(posted).toHaveLength(events.length);
    // The log has the name of the error, and not its message.
    expect(running!.output()).toContain('ValidationException');
    expect(running!.output()).not.toContain('planted');
  });

  test('every handler has a case', () => {
    const handlers = readdirSync(join(ROOT, 'lambda')).filter(file => file.endsWith('.lambda.ts')).map(
      file => file.replace('.lambda.ts', ''),
    );
    expect(Object.keys(CASES).sort()).toEqual(handlers.sort());
  });
});
