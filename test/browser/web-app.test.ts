import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { servePage } from '../../examples/web-app/serve';
import { animation, avif, phoneJpeg, photo, transparentPng, type Picture } from '../acceptance/support/pictures';
import { ServerProcess } from '../local/support/server-process';
import { CHROMIUM, describeIfMet, REQUIREMENTS } from '../support/requirements';

const PATIENCE_MS = 60_000;
const ROOT = join(__dirname, '..', '..');

/** The page on an origin of its own, the server as `npm start` runs it, and a token of `npm run token`. No backend. */
describeIfMet(REQUIREMENTS.chromium)('examples/web-app in Chromium', () => {
  jest.setTimeout(3 * PATIENCE_MS);
  let folder: string;
  let pages: Server;
  let config: object;
  let server: ServerProcess;
  let browser: Browser;
  let origin: string;
  let page: Page;
  let faults: string[];
  let requests: { method: string; url: string }[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'web-app-'));
    pages = createServer((request, response) => void servePage(config)(request, response));
    await new Promise<void>(resolve => pages.listen(0, '127.0.0.1', resolve));
    origin = `http://localhost:${(pages.address() as AddressInfo).port}`;
    server = new ServerProcess([
      '--auth', 'jwt', '--port', '0', '--data', join(folder, 'data'), '--cors-origin', origin,
    ]);
    config = { api: await server.url() };
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 3 * PATIENCE_MS);
  afterAll(async () => {
    await browser?.close();
    pages?.closeAllConnections();
    pages?.close();
    await server?.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    [faults, requests] = [[], []];
    page.on('pageerror', error => faults.push(error.message));
    page.on('console', message => { if (message.type() === 'error') faults.push(message.text()); });
    page.on('request', request => requests.push({ method: request.method(), url: request.url() }));
  });
  afterEach(async () => page.close());

  async function getToken(user: string): Promise<string> {
    const args = ['run', '--silent', 'token', '--', '--user', user, '--data', join(folder, 'data')];
    return (await promisify(execFile)('npm', args, { cwd: ROOT })).stdout.trim();
  }

  /** File names of users, with blanks and other characters. */
  async function writeFiles(): Promise<string[]> {
    const pictures: Record<string, Picture> = {
      'beach & sun.jpg': await phoneJpeg(),
      'mountain.jpg': await photo(),
      'disc.png': await transparentPng(),
      'stripes.avif': await avif(),
      'wave <1>.gif': await animation('image/gif'),
    };
    return Object.entries(pictures).map(([name, { bytes }]) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    });
  }

  /** The names of the gallery's entries, and whether each shows an image. */
  async function readGallery(): Promise<[string, boolean][]> {
    while (!await page.$$eval('img', images => images.every(({ complete }) => complete))) await pause(50);
    return page.$$eval('#gallery li', entries => entries.map((entry): [string, boolean] => {
      const img = entry.querySelector('img');
      return [entry.querySelector('.name')!.textContent!, img !== null && img.complete && img.naturalWidth > 0];
    }).sort());
  }

  const NAMES = ['beach & sun.jpg', 'disc.png', 'mountain.jpg', 'stripes.avif', 'wave <1>.gif'];
  const SHOWN = NAMES.map(name => [name, true]);

  test('uploads five files, shows them, lists them after a reload, and deletes one', async () => {
    const token = await getToken('alice');
    await page.goto(`${origin}/#token=${token}`);
    await page.getByText('No images yet.').waitFor();
    expect(page.url()).toBe(`${origin}/`);

    await page.setInputFiles('#files', await writeFiles());
    await page.getByText('5 of 5 images uploaded.').waitFor();
    expect(await readGallery()).toEqual(SHOWN);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });

    await page.goto(`${origin}/`);
    await page.getByLabel('Development token').fill(token);
    await page.getByRole('button', { name: 'Use the token' }).click();
    await page.getByRole('button', { name: 'Delete disc.png' }).waitFor();
    expect(await readGallery()).toEqual(SHOWN);
    await page.getByRole('button', { name: 'Delete disc.png' }).click();
    await page.getByText('disc.png is deleted.').waitFor();
    expect((await readGallery()).map(([name]) => name)).toEqual(NAMES.filter(name => name !== 'disc.png'));

    const { api } = config as { api: string };
    const hosts = new Set(requests.map(({ url }) => new URL(url).origin));
    expect(hosts).toEqual(new Set([origin, new URL(api).origin]));
    expect(requests.filter(({ url }) => url.includes(token))).toEqual([]);
    expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(5);
    expect(faults).toEqual([]);
  });

  test('does not show the images to another user', async () => {
    await page.goto(`${origin}/#token=${await getToken('bob')}`);
    await page.getByText('No images yet.').waitFor();
    expect(await readGallery()).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('says why the service rejects a file, and keeps the others', async () => {
    const text = join(folder, 'letter.png');
    writeFileSync(text, 'a letter, no image');
    await page.goto(`${origin}/#token=${await getToken('carol')}`);
    await page.getByText('No images yet.').waitFor();
    await page.setInputFiles('#files', [text, (await writeFiles())[0]]);
    await page.getByText('1 of 2 images uploaded.').waitFor();
    expect(await page.locator('#uploads li').allTextContents()).toEqual([
      expect.stringMatching(/^letter\.png.*(image|type|format)/),
    ]);
    expect(await readGallery()).toEqual([['beach & sun.jpg', true]]);
  });

  test('names an empty file, and keeps failed uploads within a narrow page', async () => {
    const names = ['empty.png', `${'long'.repeat(30)}.png`];
    names.forEach((name, i) => writeFileSync(join(folder, name), i === 0 ? '' : 'a letter, no image'));
    await page.goto(`${origin}/#token=${await getToken('dave')}`);
    await page.getByText('No images yet.').waitFor();
    await page.setInputFiles('#files', names.map(name => join(folder, name)));
    await page.getByText('0 of 2 images uploaded.').waitFor();
    await page.getByText('The file is empty.').waitFor();
    for (const width of [375, 900]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    const reasons = await page.$$eval('#uploads li span:last-child', spans => spans.map(span => span.clientWidth));
    expect(Math.min(...reasons)).toBeGreaterThan(400);
  });

  test('says how to start the server where it does not answer, or takes no tokens', async () => {
    const started = config;
    const start = `npm start -- --auth jwt --cors-origin ${origin}`;
    const withoutTokens = new ServerProcess(['--port', '0', '--data', join(folder, 'iam'), '--cors-origin', origin]);
    try {
      config = { api: await withoutTokens.url() };
      await page.goto(`${origin}/#token=${await getToken('alice')}`);
      await page.getByText(`start it with: ${start}`).waitFor();
      expect(await page.locator('#signed-in').isVisible()).toBe(false);
    } finally {
      await withoutTokens.end('SIGTERM');
    }
    try {
      await page.goto('about:blank');
      await page.goto(`${origin}/#token=any`);
      await page.getByText(`does not answer, or does not allow this page. Start it with: ${start}`).waitFor();
      expect(await page.locator('#signed-in').isVisible()).toBe(false);
      expect(await page.getByLabel('Development token').isVisible()).toBe(true);
    } finally {
      config = started;
    }
  });

  test('asks for a new token where the API answers 401', async () => {
    await page.goto(`${origin}/#token=expired`);
    await page.getByText('Sign in again: your token is not valid.').waitFor();
    expect(await page.getByLabel('Development token').isVisible()).toBe(true);
    expect(await page.locator('#signed-in').isVisible()).toBe(false);
  });
});
