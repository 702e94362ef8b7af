import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ImageClient } from '../../../local/demo/client';
import { makeWaves } from '../../../local/demo/samples/waves';
import { LOCAL } from '../../../local/names';
import { ServerProcess } from '../support/server-process';

jest.setTimeout(120_000);

let folder: string;
let server: ServerProcess;

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'delivery-')); });

afterEach(async () => {
  await server.end('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A URL of the first variant of a fresh image, from a server of its own. */
async function variantUrl(...options: string[]): Promise<{ url: string; server: string }> {
  server = new ServerProcess(['--port', '0', '--data', join(folder, 'data'), ...options]);
  const url = await server.url();
  const client = new ImageClient({ url, user: 'alice' });
  const picture = await makeWaves(0);
  const { image_id: id, upload } = await client.create(picture);
  await client.upload(upload, await picture.read());
  while ((await client.get(id)).status !== 'ready') await pause(100);
  return { url: (await client.get(id)).variants[0].url, server: url };
}

/** The segment of the user alice, computed in Python: see `test/lambda/domain/object-keys.test.ts`. */
const ALICE = '0p2c4k60kcf4wwp0d2fsez8ge1';

const fetchStatus = async (url: string): Promise<number> => (await fetch(url)).status;

test('by default, URLs are signed by a key that only this user can read', async () => {
  const { url, server: origin } = await variantUrl();
  expect(url).toMatch(new RegExp(`^${origin}/cdn/_/${ALICE}/.*[?&]Signature=`));
  expect([await fetchStatus(url), await fetchStatus(url.split('?')[0])]).toEqual([200, 403]);
  expect(statSync(join(folder, 'data', LOCAL.DATA.SIGNING_KEY)).mode.toString(8).slice(-3)).toBe('600');
});

test('with --delivery anyone, URLs need no signature and never expire', async () => {
  const { url, server: origin } = await variantUrl('--delivery', 'anyone');
  expect(url).toMatch(new RegExp(`^${origin}/cdn/_/${ALICE}/\\w+/thumb$`));
  expect(await fetchStatus(url)).toBe(200);
});

test('with --delivery presigned, storage itself shows them, by URLs that it has signed', async () => {
  const { url, server: origin } = await variantUrl('--delivery', 'presigned');
  expect(new URL(url).searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  expect([await fetchStatus(url), await fetchStatus(url.split('?')[0])]).toEqual([200, 403]);
  expect(await fetchStatus(`${origin}/cdn/_/${ALICE}/x/thumb`)).toBe(404);
});
