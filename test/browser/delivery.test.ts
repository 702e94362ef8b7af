import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { Client } from '../acceptance/support/client';
import type { ImageView } from '../acceptance/support/model';
import { photo } from '../acceptance/support/pictures';
import { createLocalServerEnvironment } from '../environments/local-server';
import { CHROMIUM, describeIfMet, REQUIREMENTS } from '../support/requirements';

const PATIENCE_MS = 60_000;
/** The segment of the user bob, computed in Python: see `test/lambda/domain/object-keys.test.ts`. */
const BOB = '1dtxtv11z0817yj8vb21t3nk78';

/**
 * Real pages on the local server. One shows images by cookies alone, like an application that shares a domain with the
 * CDN.
 */
describeIfMet(REQUIREMENTS.chromium)('Chromium', () => {
  jest.setTimeout(3 * PATIENCE_MS);
  const environment = createLocalServerEnvironment({ processing: true });
  const client = new Client(environment, 'alice');
  let browser: Browser;
  let context: BrowserContext;
  let pages: Server;
  let image: ImageView;
  let html = '';

  beforeAll(async () => {
    await environment.start();
    const { type, bytes } = await photo();
    const { image_id: id } = await client.createUploaded({ type, bytes });
    await client.confirm(id);
    do await pause(100); while ((image = await client.image(id)).status === 'processing');
    pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
    await new Promise<void>(resolve => pages.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 3 * PATIENCE_MS);
  afterAll(async () => {
    await browser?.close();
    pages?.closeAllConnections();
    pages?.close();
    await environment.stop();
  });

  beforeEach(async () => { context = await browser.newContext(); });
  afterEach(async () => context.close());

  const unsigned = (name: string): string =>
    image.variants.find(variant => variant.name === name)!.url.replace(/\?.*/, '');

  /** The browser stores the cookies as the API sets them. */
  async function setSessionCookies(): Promise<void> {
    const answer = await context.request.post(`${environment.url()}/cdn-session`, {
      headers: { 'x-user-id': client.user },
    });
    expect([answer.status(), (await context.cookies()).map((
      { name, path, httpOnly, sameSite },
    ) => [name, path, httpOnly, sameSite])]).toEqual([
      204,
      ['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'].map(name => [`CloudFront-${name}`, '/cdn', true, 'Lax']),
    ]);
  }

  /** The type and width of each `<img>`; null if it shows nothing. */
  async function show(body: string): Promise<{ types: (string | undefined)[]; widths: (number | null)[] }> {
    html = `<!doctype html><title>images</title>${body}`;
    const page = await context.newPage();
    const types: (string | undefined)[] = [];
    page.on('response', response => {
      if (response.url().includes('/cdn/')) {
        types.push(response.headers()['content-type']);
      }
    });
    await page.goto(`http://localhost:${(pages.address() as AddressInfo).port}/`, { waitUntil: 'networkidle' });
    const widths = await page.$$eval(
      'img', images => images.map(seen => seen.complete && seen.naturalWidth > 0 ? seen.naturalWidth : null),
    );
    return { types, widths };
  }

  test('shows each format by cookies, and of those that the CDN may choose from AVIF', async () => {
    await setSessionCookies();
    const thumb = unsigned('thumb');
    const { width } = image.variants[0];
    const samples = [
      [thumb, 'avif'], [`${thumb}.avif`, 'avif'], [`${thumb}.webp`, 'webp'], [`${thumb}.jpg`, 'jpeg'],
      [unsigned('large'), 'avif'],
    ];
    for (const [url, type] of samples) {
      const { types, widths } = await show(`<img src="${url}">`);
      expect([url, types, widths]).toEqual([
        url, [`image/${type}`], [url === unsigned('large') ? image.variants[3].width : width],
      ]);
    }
  });

  test('chooses a supported source of a <picture>', async () => {
    await setSessionCookies();
    const source = (type: string, ending: string): string =>
      `<source type="${type}" srcset="${unsigned('small')}${ending}">`;
    const sources = [source('image/x-unknown', '.avif'), source('image/webp', '.webp')];
    const { types, widths } = await show(`<picture>${sources.join('')}<img src="${unsigned('small')}.jpg"></picture>`);
    expect([types, widths]).toEqual([['image/webp'], [image.variants[1].width]]);
    const fallback = await show(
      `<picture><source type="image/x-unknown" srcset="/none"><img src="${unsigned('small')}"></picture>`,
    );
    expect([fallback.types, fallback.widths]).toEqual([['image/avif'], [image.variants[1].width]]);
  });

  test('gets WebP where AVIF is not accepted, and JPEG where neither is', async () => {
    await setSessionCookies();
    for (const [accept, type] of [
      ['image/webp,image/*,*/*;q=0.8', 'image/webp'], ['image/*,*/*;q=0.8', 'image/jpeg'],
    ]) {
      await context.route(
        '**/cdn/**', async route => route.continue({ headers: { ...await route.request().allHeaders(), accept } }),
      );
      const { types, widths } = await show(`<img src="${unsigned('thumb')}">`);
      expect([types, widths]).toEqual([[type], [image.variants[0].width]]);
      await context.unroute('**/cdn/**');
    }
  });

  test('shows signed URLs without cookies, in a srcset too', async () => {
    const srcset = image.variants.map(({ url, width }) => `${url} ${width}w`).join(', ');
    const { types, widths } = await show(`<img src="${image.variants[0].url}"><img sizes="100px" srcset="${srcset}">`);
    expect([new Set(types), widths.every(width => width !== null)]).toEqual([new Set(['image/avif']), true]);
  });

  test('shows no image without a signature or of another user', async () => {
    expect((await show(`<img src="${unsigned('thumb')}">`)).widths).toEqual([null]);
    await setSessionCookies();
    expect((await show(`<img src="${unsigned('thumb').replace(/\/_\/\w{26}\//, `/_/${BOB}/`)}">`)).widths).toEqual([
      null,
    ]);
  });
});
