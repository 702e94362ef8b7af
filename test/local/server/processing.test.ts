import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ImageClient } from '../../../local/demo/client';
import { makeWaves } from '../../../local/demo/samples/waves';
import { REQUIREMENTS, testIfMet } from '../../support/requirements';
import { ServerProcess } from '../support/server-process';

jest.setTimeout(120_000);

let folder: string;
let server: ServerProcess;

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'processing-')); });

afterEach(async () => {
  if (server.child.exitCode === null && server.child.signalCode === null) await server.end('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function start(...options: string[]): Promise<string> {
  server = new ServerProcess(['--port', '0', '--data', join(folder, 'data'), ...options]);
  return server.url();
}

/** Uploads without confirming. */
async function upload(client: ImageClient): Promise<string> {
  const picture = await makeWaves(0);
  const { image_id: id, upload: request } = await client.create(picture);
  await client.upload(request, await picture.read());
  return id;
}

async function settled(client: ImageClient, id: string): Promise<string> {
  for (;;) {
    const { status } = await client.get(id);
    if (status !== 'pending' && status !== 'processing') return status;
    await pause(100);
  }
}

/** Lists the child processes of the server. */
function listChildren(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}

test('an unconfirmed upload before a kill is processed after the restart', async () => {
  let client = new ImageClient({ url: await start(), user: 'alice' });
  const ids = await Promise.all([1, 2, 3].map(async () => upload(client)));
  await server.end('SIGKILL');
  // The dead worker's claims last for another minute.
  client = new ImageClient({ url: await start(), user: 'alice' });
  expect(await Promise.all(ids.map(async id => settled(client, id)))).toEqual(['ready', 'ready', 'ready']);
}, 180_000);

testIfMet(REQUIREMENTS.linux)('the end of the server is the end of its decoders', async () => {
  const client = new ImageClient({ url: await start(), user: 'alice' });
  expect(await settled(client, await upload(client))).toBe('ready');
  const children = listChildren(server.child.pid!);
  expect(children.length).toBeGreaterThan(0);
  expect(await server.end('SIGTERM')).toBe(0);
  for (const end = Date.now() + 5000; Date.now() < end && children.some(alive); ) await pause(50);
  expect(children.filter(alive)).toEqual([]);
});

function alive(pid: string): boolean {
  return existsSync(`/proc/${pid}`);
}

test('operators ask through Lambda\'s own protocol how the queue stands', async () => {
  const endpoint = await start();
  const lambda = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: 'operator', Payload: '{"command":"status"}' }),
  );
  lambda.destroy();
  expect([FunctionError, JSON.parse(Payload!.transformToString())])
    .toEqual([undefined, expect.objectContaining({ done: true, status: { waiting: 0, working: 0, given_up: 0 } })]);
});

test('with --processing none an upload is ready once it is confirmed, and there is no queue', async () => {
  const client = new ImageClient({ url: await start('--processing', 'none'), user: 'alice' });
  const id = await upload(client);
  await client.confirm(id);
  expect(await client.get(id)).toMatchObject({ status: 'ready', variants: [] });
  expect(existsSync(join(folder, 'data', 'queue'))).toBe(false);
});
