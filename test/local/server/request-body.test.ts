import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { BodyError, type BodyLimits, BodyReader } from '../../../local/http/request-body';
import { createGateway } from '../../../local/server/gateway';
import { createMatcher } from '../../../local/server/resource-tree';
import { listResources } from '../../../src/contract';

const WIDE: BodyLimits = { maxBytes: 1000, maxMs: 60_000, maxHeldBytes: 10_000, maxUnfinished: 100 };

let server: Server;
let sockets: Socket[];

beforeEach(() => { sockets = []; });
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
});

async function listen(listener: Parameters<typeof createServer>[1]): Promise<void> {
  server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
}

/** Answers with the number of bytes read, or with the error. */
async function startListener(limits: Partial<BodyLimits>): Promise<void> {
  const bodies = new BodyReader({ ...WIDE, ...limits });
  await listen((request, response) => void bodies.read(request)
    .then(
      body => response.end(`${body.length}`),
      (error: unknown) => response.end(error instanceof BodyError ? error.fault : 'gone'),
    ));
}

/** Sends a request with an incomplete body, and resolves with the whole answer. */
function sendPart(part: string, length = 1000): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.write(`POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${length}\r\n\r\n${part}`);
  return new Promise((resolve, reject) => socket.once('data', data => resolve(data.toString())).once('error', reject));
}

async function post(body: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { method: 'POST', body })).text();
}

test('reads a body of exactly the limit, rejects one byte more, and keeps the connection', async () => {
  await startListener({});
  expect(await post('x'.repeat(1000))).toBe('1000');
  expect(await post('x'.repeat(1001))).toBe('too large');
  expect(await post('')).toBe('0');
});

test('rejects a body with too large a content-length before it arrives', async () => {
  await startListener({});
  expect(await sendPart('half', 1001)).toContain('too large');
});

test.each([[1000, '1000'], [1001, 'too large']])(
  'a body of %i bytes that declares no length is counted as it arrives: %s', async (length, answer) => {
    await startListener({});
    const body = new Blob(['x'.repeat(length)]).stream();
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      method: 'POST',
      body,
      duplex: 'half',
    });
    expect(await response.text()).toBe(answer);
  },
);

test('rejects a body that does not arrive in time', async () => {
  await startListener({ maxMs: 50 });
  expect(await sendPart('half')).toContain('too slow');
});

test('no more than so many bodies may be unfinished, and each that ends makes room', async () => {
  await startListener({ maxUnfinished: 2 });
  for (const part of ['a', 'b']) void sendPart(part).catch(() => undefined);
  await expectEventually('too many');
  for (const socket of sockets) socket.destroy();
  await expectEventually('4');
});

test('unfinished bodies together hold no more bytes than the limit', async () => {
  await startListener({ maxHeldBytes: 1500 });
  const first = sendPart('x'.repeat(900));
  expect(await Promise.race([first, sendPart('x'.repeat(900))])).toContain('too many');
});

/** Waits until the server has received the bytes sent before. */
async function expectEventually(answer: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await post('body') === answer) return;
  }
  expect(await post('body')).toBe(answer);
}

test('the API answers a body that stalls with a problem and closes the connection', async () => {
  const handler = async (): Promise<never> => { throw new Error('must not be called'); };
  await listen(createGateway(handler, createMatcher(listResources()), { limits: { ...WIDE, maxMs: 50 } }));
  const answer = await sendPart('{');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toMatch(/connection: close/i);
  expect(answer).toContain('"code":"invalid-request"');
});

test('the API answers 503 with Retry-After where too many bodies are unfinished', async () => {
  await listen(createGateway(async () => ({ statusCode: 204, body: '' }), createMatcher(listResources()), {
    limits: { ...WIDE, maxUnfinished: 0 },
  }));
  const answer = await sendPart('{');
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expect(answer).toMatch(/retry-after: 1/i);
  expect(answer).toContain('"code":"unavailable"');
});
