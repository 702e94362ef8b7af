import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { serveInvocations, type InvokedFunction } from '../../../local/functions/invocations';

const SIGNED = { authorization: 'AWS4-HMAC-SHA256 x' };

let server: Server;
let url: string;
let lambda: LambdaClient;

const functions = new Map<string, InvokedFunction>([
  ['operator', async (event, context) => ({ event, hasTime: context.getRemainingTimeInMillis() > 0 })],
  ['quiet', async () => undefined],
  ['broken', async () => { throw new TypeError('planted'); }],
]);

beforeAll(async () => {
  server = createServer(serveInvocations(functions, (_request, response) => response.writeHead(418).end()));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  lambda = new LambdaClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  lambda.destroy();
  await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
});

async function invoke(FunctionName: string, Payload?: string): Promise<{ payload: unknown; error?: string }> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  return { payload: JSON.parse(answer.Payload!.transformToString()), error: answer.FunctionError };
}

test('the SDK calls a function and has its answer', async () => {
  expect(await invoke('operator', '{"command":"status"}')).toEqual({
    payload: { event: { command: 'status' }, hasTime: true },
    error: undefined,
  });
});

test('without a payload the event is empty, and an answer of nothing is null', async () => {
  expect(await invoke('operator')).toMatchObject({ payload: { event: {} } });
  expect(await invoke('quiet')).toEqual({ payload: null, error: undefined });
});

test('reports an error of a function as Lambda does', async () => {
  expect(await invoke('broken')).toEqual({
    payload: { errorType: 'TypeError', errorMessage: 'planted' },
    error: 'Unhandled',
  });
});

test('rejects an unknown function and a payload that is not JSON', async () => {
  await expect(invoke('other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(invoke('operator', '{')).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
});

test('denies an unsigned request: any web page could send it', async () => {
  const path = `${url}/2015-03-31/functions/operator/invocations`;
  expect((await fetch(path, { method: 'POST', body: '{}' })).status).toBe(403);
  expect((await fetch(path, { method: 'POST', body: '{}', headers: SIGNED })).status).toBe(200);
});

test.each([
  ['GET', '/2015-03-31/functions/operator/invocations'], ['POST', '/2015-03-31/functions/operator'],
  ['POST', '/images'],
])('%s %s is not for Lambda', async (method, path) => {
  expect((await fetch(url + path, { method, headers: SIGNED })).status).toBe(418);
});

test('a name that is no percent-encoding names no function', async () => {
  const { status } = await fetch(`${url}/2015-03-31/functions/%/invocations`, {
    method: 'POST',
    headers: SIGNED,
    body: '{}',
  });
  expect(status).toBe(404);
});
