import { createServer, request as httpRequest, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { createGateway } from '../../../local/server/gateway';
import { createMatcher } from '../../../local/server/resource-tree';
import { LIMITS, listResources } from '../../../src/contract';

type Answer = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

const echo: Answer = async event => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(event),
});
let answer: Answer;
let server: Server;

beforeAll(async () => {
  server = createServer(createGateway(async event => answer(event), createMatcher(listResources())));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => { answer = echo; });

afterAll(async () => {
  await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
});

function port(): number {
  return (server.address() as AddressInfo).port;
}

interface Sent { method?: string; headers?: string[]; body?: Buffer }

async function send(
  path: string, { method = 'GET', headers = [], body }: Sent = {},
): Promise<{ status: number; headers: string[]; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: port(), path, method, headers: ['host', 'x', ...headers] as never }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({
          status: response.statusCode!,
          headers: response.rawHeaders,
          body: Buffer.concat(chunks).toString(),
        }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function captureEvent(path: string, sent?: Sent): Promise<APIGatewayProxyEvent> {
  return JSON.parse((await send(path, sent)).body) as APIGatewayProxyEvent;
}

test('rejects a request line and headers above 10,240 bytes before the handler', async () => {
  const asked = jest.fn(echo);
  answer = asked;
  const longest = 10_240 - 'GET /images?tag= HTTP/1.1'.length - 'xkeep-alive'.length;
  const { status, body } = await send(`/images?tag=${'a'.repeat(longest + 1)}`);
  expect([status, JSON.parse(body).code, asked.mock.calls.length]).toEqual([400, 'invalid-request', 0]);
  expect((await send('/images', { headers: ['x-a', 'a'.repeat(10_240)] })).status).toBe(400);
  expect((await send(`/images?tag=${'a'.repeat(longest)}`)).status).toBe(200);
});

describe('the resource', () => {
  test.each([
    ['/images', '/images', null],
    ['/images/', '/images', null],
    ['/images/batch-delete', '/images/batch-delete', null],
    ['/images/batch-get', '/images/batch-get', null],
    ['/images/batch-delete/confirm', '/images/{image_id}/confirm', { image_id: 'batch-delete' }],
    ['/images/a', '/images/{image_id}', { image_id: 'a' }],
    ['/images/a/', '/images/{image_id}', { image_id: 'a' }],
    ['/images/a%2Fb%20+/download', '/images/{image_id}/download', { image_id: 'a/b +' }],
    ['/images/%E0%A4%A', '/images/{image_id}', { image_id: '%E0%A4%A' }],
    ['/images//confirm', '/{proxy+}', { proxy: 'images//confirm' }],
    ['/images//', '/{proxy+}', { proxy: 'images//' }],
    ['/Images', '/{proxy+}', { proxy: 'Images' }],
    ['/images/a/confirm/b', '/{proxy+}', { proxy: 'images/a/confirm/b' }],
    ['/', '/', null],
    ['http://elsewhere/health?a=b', '/health', null],
  ])('of %s is %s', async (path, resource, pathParameters) => {
    expect(await captureEvent(path)).toMatchObject({ resource, pathParameters });
  });
});

describe('the event', () => {
  test('keeps repeated headers and parameters, and reads the query as a form', async () => {
    const event = await captureEvent('/images?tag=a+b&tag=%C3%BC&__proto__=x&empty=&=y', {
      headers: ['X-User-Id', 'a', 'x-user-id', 'b', 'X-User-Id', 'c'],
    });
    expect(event.multiValueHeaders).toMatchObject({ 'X-User-Id': ['a', 'c'], 'x-user-id': ['b'] });
    expect(Object.entries(event.multiValueQueryStringParameters!)).toEqual([
      ['tag', ['a b', 'ü']], ['__proto__', ['x']], ['empty', ['']], ['', ['y']],
    ]);
    expect(event.queryStringParameters).toMatchObject({ tag: 'ü' });
    expect(event.requestContext.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('has nulls where nothing was sent', async () => {
    expect(await captureEvent('/health')).toMatchObject({
      body: null,
      multiValueQueryStringParameters: null,
      queryStringParameters: null,
      httpMethod: 'GET',
    });
  });

  test.each([
    ['text', Buffer.from('{"ü":1}'), '{"ü":1}', false],
    ['bytes', Buffer.from([0xff, 0x00, 0xfe]), '/wD+', true],
  ])('carries a body of %s', async (_kind, body, expected, isBase64Encoded) => {
    expect(await captureEvent('/images', { method: 'POST', body })).toMatchObject({ body: expected, isBase64Encoded });
  });

  test('cuts a body that no handler takes', async () => {
    const event = await captureEvent('/images', { method: 'POST', body: Buffer.alloc(3 * 2 ** 20, 'x') });
    expect(event.body).toHaveLength(2 * LIMITS.BODY_BYTES);
  });
});

describe('the answer', () => {
  test('has every header, and decodes a body in base64', async () => {
    const bytes = { body: Buffer.from('ü').toString('base64'), isBase64Encoded: true };
    answer = async () => ({ statusCode: 201, multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] }, ...bytes });
    const { status, headers, body } = await send('/images');
    expect(status).toBe(201);
    expect(headers.filter((_, i) => headers[i - 1] === 'set-cookie')).toEqual(['a=1', 'b=2']);
    expect(body).toBe('ü');
  });

  test('is problem+json where the handler throws', async () => {
    answer = async () => { throw new Error('out of order'); };
    const shown = jest.spyOn(console, 'error').mockImplementation();
    const { status, headers, body } = await send('/images?a=b');
    shown.mockRestore();
    expect(status).toBe(500);
    expect(headers).toEqual(expect.arrayContaining(['application/problem+json', 'no-store', 'x-request-id']));
    expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'internal', instance: '/images' });
    expect(body).not.toContain('out of order');
  });

  test('to HEAD, and with 204, has no body and no length', async () => {
    const head = await send('/images', { method: 'HEAD' });
    answer = async () => ({ statusCode: 204, body: '' });
    const none = await send('/images', { method: 'DELETE' });
    for (const { body, headers } of [head, none]) {
      expect(body).toBe('');
      expect(headers.map(header => header.toLowerCase())).not.toContain('content-length');
    }
  });

  test('goes nowhere, without a word, where the client has gone', async () => {
    const shown = jest.spyOn(console, 'error').mockImplementation();
    const closed = new Promise(resolve => server.once('connection', socket => socket.once('close', resolve)));
    const socket = connect(port(), '127.0.0.1');
    socket.write('POST /images HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf', () => socket.destroy());
    await closed;
    expect((await send('/health')).status).toBe(200);
    expect(shown).not.toHaveBeenCalled();
    shown.mockRestore();
  });
});
