import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { createLocalServerEnvironment } from '../../environments/local-server';
import { listCode } from '../documents';
import { load } from '../typescript';

jest.setTimeout(120_000);

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'delivery-page-'));
const environment = createLocalServerEnvironment({ processing: true });
/** The path of an image's thumb, without its signature. */
let url: string;

async function bash(script: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  return stdout;
}

beforeAll(async () => {
  await environment.start();
  const upload = listCode('README.md', 'bash')[0].replace('http://localhost:8080', environment.url());
  url = (await bash(`${upload}\necho "$thumb"`)).trim().split('\n').at(-1)!;
  expect(url).toContain('Signature=');
});

afterAll(async () => {
  await environment.stop();
  rmSync(folder, { recursive: true });
});

test('the cookies of docs/delivery.md show an image without its signature', async () => {
  await bash(listCode('docs/delivery.md', 'bash')[0], { api: environment.url(), thumb: url });
  expect((await sharp(join(folder, 'image.avif')).metadata()).format).toBe('heif');
});

describe('the relay of docs/delivery.md', () => {
  let relay: Server;

  beforeAll(async () => {
    const code = listCode('docs/delivery.md', 'ts').find(snippet => snippet.includes('getSetCookie'))!;
    ({ server: relay } = load<{ server: Server }>(code, { IMAGES_URL: `${environment.url()}/`, PORT: '0' }));
    if (!relay.listening) await once(relay, 'listening');
  });
  afterAll(() => relay.close());

  const call = async (method: string, path: string): Promise<Response> =>
    fetch(`http://localhost:${(relay.address() as AddressInfo).port}${path}`, { method });

  test('hands on cookies that browsers send to the other port of the same host', async () => {
    const answer = await call('POST', '/session');
    expect(answer.status).toBe(204);
    const cookies = answer.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThanOrEqual(3);
    for (const cookie of cookies) {
      expect(cookie).toContain('; Path=/cdn;');
      expect(cookie).toContain('; SameSite=Lax');
      // The cookie belongs to the responding host, `localhost`: cookies do not isolate by port (RFC 6265, section 8.5).
      expect(cookie).not.toMatch(/Domain=|Secure/);
    }
    const [bare] = url.split('?');
    const cookie = cookies.map(text => text.split(';')[0]).join('; ');
    expect((await fetch(bare)).status).toBe(403);
    expect((await fetch(bare, { headers: { cookie } })).status).toBe(200);
  });

  test('relays nothing else', async () => {
    expect((await call('GET', '/session')).status).toBe(404);
    expect((await call('POST', '/images')).status).toBe(404);
  });
});
