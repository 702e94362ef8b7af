import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleHandlers } from '../../../local/bundle';
import { findSchemaFaults } from '../../support/event-schemas';
import { greyPng } from '../../support/png';
import { Webhook } from '../../support/webhook';
import { ServerProcess } from '../support/server-process';

jest.setTimeout(60_000);

let folder: string;
let webhook: Webhook;
let server: ServerProcess;
let url: string;

beforeAll(async () => bundleHandlers(), 120_000);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'events-'));
  webhook = await Webhook.start();
});
afterEach(async () => {
  await server.end('SIGKILL');
  await webhook.close();
  rmSync(folder, { recursive: true });
});

async function start(...options: string[]): Promise<void> {
  server = new ServerProcess(['--port', '0', '--data', folder, '--processing', 'none', ...options]);
  url = await server.url();
}

/** Lines of the server about events, or the events that it printed. */
const listWarnings = () => server.output.split('\n').filter(line => line.startsWith('events: '));
const listPrinted = () => server.output.split('\n').filter(line => line.startsWith('{"version"'))
  .map(line => JSON.parse(line) as typeof webhook.received[0]);

async function call(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: { 'x-user-id': 'alice', 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
}

/** Uploads an image, which is ready once it is confirmed. */
async function upload(): Promise<string> {
  const bytes = greyPng(1, 1, Buffer.from([0, 0]));
  const created = await call('POST', '/images', {
    content_type: 'image/png', size: bytes.length, filename: 'canary.png', tags: ['canary'],
  });
  const { image_id, upload: put } = await created.json() as {
    image_id: string;
    upload: { url: string; headers: Record<string, string> };
  };
  expect((await fetch(put.url, { method: 'PUT', headers: put.headers, body: new Uint8Array(bytes) })).status).toBe(200);
  expect((await call('POST', `/images/${image_id}/confirm`)).status).toBe(200);
  return image_id;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => { setTimeout(resolve, 10); });
}

test('a ready and a deleted image are posted once each, as their schemas say and without names or tags', async () => {
  await start('--on-event', webhook.url, '--verbose');
  const id = await upload();
  expect((await call('PATCH', `/images/${id}`, { tags: ['other'] })).status).toBe(200);
  expect((await call('DELETE', `/images/${id}`)).status).toBe(204);
  await until(() => listPrinted().length === 2);
  expect(webhook.received.map(({ 'detail-type': type, source, resources }) => [type, source, resources])).toEqual(
    ['Image Ready', 'Image Deleted'].map(type => [
      type, 'cdk-image-service', ['arn:aws:dynamodb:us-east-1:000000000000:table/cdk-image-service-local'],
    ]),
  );
  expect(webhook.details.map(({ event_id }) => event_id)).toEqual([`${id}:2:ready`, `${id}:4:deleted`]);
  expect(webhook.details.flatMap(findSchemaFaults)).toEqual([]);
  expect(JSON.stringify(webhook.received)).not.toMatch(/canary|alice/);
  expect(listPrinted()).toEqual(webhook.received);
});

test('a target that is down fails no request, is reported once without its query, and gets the events later', async () => {
  webhook.answers.push(500, 503, 302);
  await start('--on-event', webhook.url);
  const ids = [await upload(), await upload()];
  await until(() => webhook.received.length === 2);
  expect(webhook.details.map(({ image_id }) => image_id)).toEqual(ids);
  const target = webhook.url.replace('?key=secret', '');
  expect(listWarnings()).toEqual([
    `events: POST ${target} failed: status 500; it is tried again. Later failures are not reported.`,
    `events: POST ${target} succeeds again.`,
  ]);
  expect(server.output).not.toMatch(/refused events/);
});

test('kill -9 loses no event that was not delivered', async () => {
  const target = webhook.url;
  await webhook.close();
  await start('--on-event', target);
  const id = await upload();
  await until(() => listWarnings().length === 1);
  expect(listWarnings()[0]).toContain('ECONNREFUSED');
  await server.end('SIGKILL');
  webhook = await Webhook.start();
  await start('--on-event', webhook.url);
  await until(() => webhook.received.length === 1);
  expect(webhook.details[0].event_id).toBe(`${id}:2:ready`);
});

test('--verbose prints events without a target', async () => {
  await start('--verbose');
  const id = await upload();
  await until(() => listPrinted().length === 1);
  expect(listPrinted()[0]).toMatchObject({ 'detail-type': 'Image Ready', 'detail': { image_id: id } });
});

test.each(['ftp://localhost/', 'http://alice:canary@localhost/', 'localhost:3000'])(
  '--on-event %s is an error that does not repeat a password', async value => {
    server = new ServerProcess(['--on-event', value]);
    expect(await server.exited).toBe(1);
    expect(server.output).toContain('--on-event must be an http or https URL');
    expect(server.output).not.toContain('canary');
  },
);
