import * as images from './cdn';
import { header, IMAGE, OTHER, startCdn, STORED, type TestCdn } from './cdn';
import { applyConditions } from '../../../local/cdn/answer';
import { Cache } from '../../../local/cdn/cache';
import { ThroughCache } from '../../../local/cdn/through-cache';
import { DELIVERY, DELIVERY_HEADERS } from '../../../src/contract';
import { ShiftedClock } from '../../environments/clock';
import type { WireResponse } from '../../environments/environment';

const BROKEN = `${images.BROKEN}/medium`;
const CRASH = `${images.CRASH}/medium`;
const ABSENT = `${images.ABSENT}/medium`;
const AVIF = { accept: 'image/avif' };

let cdn: TestCdn;
const clock = new ShiftedClock();
beforeEach(async () => {
  clock.install();
  cdn = await startCdn();
});
afterEach(async () => {
  await cdn.close();
  clock.uninstall();
});

function expectHeaders(answer: WireResponse, names: Readonly<Record<string, string>> = DELIVERY_HEADERS): void {
  for (const [name, value] of Object.entries(names)) expect([name, header(answer, name)]).toEqual([name, value]);
}

describe('headers of every status', () => {
  const thumb = `${IMAGE}/thumb`;
  const silent = (): jest.SpyInstance => jest.spyOn(console, 'error').mockImplementation(() => undefined);

  test.each<[number, () => Promise<WireResponse>]>([
    [200, async () => cdn.get(thumb, AVIF)],
    [200, async () => cdn.get(`${IMAGE}/large`, AVIF)],
    [200, async () => cdn.get(thumb, AVIF, 'HEAD')],
    [206, async () => cdn.get(thumb, { ...AVIF, range: 'bytes=10-19' })],
    [304, async () => cdn.get(thumb, { ...AVIF, 'if-none-match': '"avif"' })],
  ])('%i is immutable', async (status, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expectHeaders(answer, { ...DELIVERY_HEADERS, 'cache-control': DELIVERY.PRIVATE_CACHE_CONTROL });
    if (status !== 304) expect(header(answer, 'content-type')).toBe('image/avif');
  });

  test.each<[number, string | undefined, () => Promise<WireResponse>]>([
    [403, 'forbidden', async () => cdn.send(`/cdn${thumb}`)],
    [403, 'forbidden', async () => cdn.send(`/cdn${thumb}`, { 'range': 'bytes=0-1', 'if-none-match': '*' })],
    [404, 'not-found', async () => cdn.get(`${IMAGE}/unknown`)],
    [404, 'not-found', async () => cdn.get(ABSENT, AVIF)],
    [403, 'forbidden', async () => cdn.get(thumb, AVIF, 'POST')],
    [403, 'forbidden', async () => cdn.get(thumb, AVIF, 'DELETE')],
    [403, 'forbidden', async () => cdn.get(
      thumb, { ...AVIF, 'origin': 'https://app.example.com', 'access-control-request-method': 'GET' }, 'OPTIONS',
    )],
    [406, 'not-acceptable', async () => cdn.get(thumb, { accept: 'text/html' })],
    [416, undefined, async () => cdn.get(thumb, { ...AVIF, range: 'bytes=999999-' })],
    [502, 'internal', async () => { silent(); return cdn.get(CRASH, AVIF); }],
    [503, 'unavailable', async () => cdn.get(BROKEN, AVIF)],
  ])('%i, %s, is kept nowhere', async (status, code, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expectHeaders(answer, { ...DELIVERY_HEADERS, 'cache-control': 'no-store' });
    if (code === undefined) return;
    expect(header(answer, 'content-type')).toBe('application/problem+json');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code });
    expect(header(answer, 'x-cache')).toMatch(/^(Error|FunctionGeneratedResponse) from cloudfront$/);
  });

  test.each([403, 404, 500, 502, 503, 504])('%i of storage makes the transform function answer', async status => {
    const failing = await startCdn({ bucketStatus: status });
    try {
      const answer = await failing.get(`${IMAGE}/thumb`, AVIF);
      expect([answer.status, answer.body.toString()]).toEqual([200, `made ${IMAGE}/thumb.avif`]);
    } finally {
      await failing.close();
    }
  });

  test('origins of the service are let in, each by its name, and no other', async () => {
    const shop = 'https://shop.example.com';
    const open = await startCdn({ corsOrigins: [shop, 'https://www.example.com'] });
    try {
      for (const path of [`${IMAGE}/thumb`, `${IMAGE}/none-of-the-set`, ABSENT]) {
        const [known, stranger] = [
          await open.get(path, { ...AVIF, origin: shop }),
          await open.get(path, { ...AVIF, origin: 'https://evil.example' }),
        ];
        expect([header(known, 'access-control-allow-origin'), header(known, 'vary')]).toEqual([shop, 'Accept, Origin']);
        expect([
          header(known, 'access-control-allow-credentials'), header(stranger, 'access-control-allow-credentials'),
        ]).toEqual(['true', undefined]);
        expect([header(stranger, 'access-control-allow-origin'), header(stranger, 'vary')]).toEqual([
          undefined, 'Accept, Origin',
        ]);
      }
    } finally {
      await open.close();
    }
  });
});

describe('the cache', () => {
  const seen = (answer: WireResponse): (string | undefined)[] => [header(answer, 'x-cache'), header(answer, 'age')];

  test('is asked by what the function makes of a request', async () => {
    expect(seen(await cdn.get(`${IMAGE}/thumb`, AVIF))).toEqual(['Miss from cloudfront', undefined]);
    clock.advance(42_000);
    expect(seen(await cdn.get(`${IMAGE}/thumb`, { accept: 'image/webp;q=0.1,image/avif' }))).toEqual([
      'Hit from cloudfront', '42',
    ]);
    expect(seen(await cdn.get(`${IMAGE}/thumb`, { accept: 'image/webp' }))[0]).toBe('Miss from cloudfront');
    expect(seen(await cdn.get(`${OTHER}/thumb.avif`))[0]).toBe('Miss from cloudfront');
    expect(cdn.read).toEqual([`${IMAGE}/thumb.avif`, `${IMAGE}/thumb.webp`, `${OTHER}/thumb.avif`]);
  });

  test('has its own answer for a path that names AVIF, and one invalidation removes both', async () => {
    const asked = [
      [`${IMAGE}/large`, AVIF], [`${IMAGE}/large.avif`, {}], [`${IMAGE}/large`, AVIF], [`${IMAGE}/large.avif`, {}],
    ] as const;
    const caches: (string | undefined)[] = [];
    for (const [path, headers] of asked) caches.push(seen(await cdn.get(path, headers))[0]);
    expect(caches).toEqual([
      'Miss from cloudfront', 'Miss from cloudfront', 'Hit from cloudfront', 'Hit from cloudfront',
    ]);
    expect(cdn.transformHandler.exact).toEqual([undefined, '1']);
    cdn.distribution.cache.invalidate(path => path === `${IMAGE}/large.avif`);
    expect(cdn.distribution.cache.cache.size).toBe(0);
  });

  test('is no way round a signature', async () => {
    await cdn.get(`${IMAGE}/thumb`, AVIF);
    expect((await cdn.send(`/cdn${IMAGE}/thumb`, AVIF)).status).toBe(403);
    expect((await cdn.send(`/cdn${IMAGE}/thumb?${cdn.query(OTHER)}`, AVIF)).status).toBe(403);
  });

  test('keeps no error but 404', async () => {
    for (const path of [ABSENT, BROKEN]) for (let i = 0; i < 2; i++) await cdn.get(path, AVIF);
    expect(cdn.transformHandler.asked).toEqual([
      `${ABSENT}.avif`, DELIVERY.ERROR_PAGES[404], `${BROKEN}.avif`, `${BROKEN}.avif`,
    ]);
  });

  // Error caching minimum TTL (Developer Guide, "Control how long CloudFront caches errors").
  test('answers a 404 by itself for four seconds, and browsers keep none', async () => {
    const ask = async () => {
      const answer = await cdn.get(ABSENT, AVIF);
      expect([answer.status, header(answer, 'cache-control')]).toEqual([404, 'no-store']);
    };
    for (let i = 0; i < 3; i++) await ask();
    clock.advance(1_000);
    await ask();
    const page = DELIVERY.ERROR_PAGES[404];
    expect([cdn.read.length, cdn.transformHandler.asked]).toEqual([1, [`${ABSENT}.avif`, page]]);
    clock.advance(3_100);
    await ask();
    expect([cdn.read.length, cdn.transformHandler.asked]).toEqual([2, [`${ABSENT}.avif`, page, `${ABSENT}.avif`]]);
  });

  test('keeps the page of 403 for a day', async () => {
    for (let i = 0; i < 5; i++) await cdn.send(`/cdn/${i}`);
    clock.advance(86_300_000);
    await cdn.send('/cdn');
    expect(cdn.transformHandler.asked).toEqual([DELIVERY.ERROR_PAGES[403]]);
    clock.advance(200_000);
    await cdn.send('/cdn');
    expect(cdn.transformHandler.asked).toHaveLength(2);
  });

  test('fetches once for a hundred concurrent requests', async () => {
    const slow = await startCdn({ delayMs: 200 });
    try {
      const answers = await Promise.all(Array.from({ length: 100 }, async () => slow.get(`${IMAGE}/large`, AVIF)));
      expect(new Set(answers.map(({ status, body }) => `${status} ${body.toString()}`))).toEqual(
        new Set([`200 made ${IMAGE}/large.avif`]),
      );
      expect(slow.transformHandler.decodes).toBe(1);
    } finally {
      await slow.close();
    }
  });

  test('keeps to its size limit by evicting the least recently used response', () => {
    const cache = new Cache(100);
    const answer = (length: number): Parameters<Cache['put']>[1] => ({
      status: 200, headers: {}, body: Buffer.alloc(length),
    });
    cache.put('a', answer(40));
    cache.put('b', answer(40));
    cache.get('a');
    cache.put('c', answer(40));
    cache.put('too large', answer(101));
    expect(cache.listKeys()).toEqual(['a', 'c']);
    cache.put('c', answer(60));
    expect(cache.listKeys()).toEqual(['a', 'c']);
    cache.put('d', answer(100));
    expect(cache.listKeys()).toEqual(['d']);
  });

  test('keeps nothing that was invalidated while it was under way', async () => {
    const through = new ThroughCache();
    let arrive = (_: string): void => undefined;
    const first = through.fetch('/a', async () => new Promise(resolve => {
      arrive = text => resolve({ status: 200, headers: {}, body: Buffer.from(text) });
    }));
    through.invalidate(key => key === '/a');
    arrive('old');
    expect((await first).answer.body.toString()).toBe('old');
    const second = await through.fetch('/a', async () => ({ status: 200, headers: {}, body: Buffer.from('new') }));
    expect([second.answer.body.toString(), second.isHit]).toEqual(['new', false]);
  });
});

describe('a hostile first request', () => {
  const HOSTILE: Record<string, string>[] = [
    {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'ftp',
      'x-original-url': '/errors/403',
      'x-rewrite-url': '/x',
    },
    { 'x-http-method-override': 'DELETE', 'x-http-method': 'PUT', 'x-method-override': 'PURGE' },
    { range: 'bytes=0-0' }, { range: 'bytes=0-0,-1' }, { range: 'bytes=5000-' }, { range: 'lines=0-1' },
    { 'if-none-match': '*' }, { 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' }, { 'if-match': '"other"' },
    { cookie: `a=${'x'.repeat(10_240)}` },
    { 'accept-encoding': 'br;q=0, identity;q=0', 'te': 'trailers', 'x-amz-meta-a': '1' },
    { 'authorization': 'AWS4-HMAC-SHA256 Credential=x', 'x-amz-content-sha256': 'x' },
    { 'cache-control': 'no-store', 'pragma': 'no-cache' },
    { origin: 'https://evil.example' }, { accept: 'image/avif, image/avif;q=0' },
  ];

  test.each(HOSTILE)('%j does not change the response to the next request', async hostile => {
    for (const method of ['HEAD', 'GET']) await cdn.get(`${IMAGE}/thumb`, { ...AVIF, ...hostile }, method);
    const clean = await cdn.get(`${IMAGE}/thumb`, AVIF);
    expect(clean.status).toBe(200);
    expect(clean.body.equals(Buffer.concat([STORED, Buffer.from(`${IMAGE}/thumb.avif`)]))).toBe(true);
    expect(header(clean, 'x-cache')).toBe('Hit from cloudfront');
    expectHeaders(clean, {
      ...DELIVERY_HEADERS, 'content-type': 'image/avif', 'etag': '"avif"', 'content-length': String(clean.body.length),
    });
    expect(cdn.read).toEqual([`${IMAGE}/thumb.avif`]);
  });
});

describe('parts', () => {
  const get = async (headers: Record<string, string>, method?: string): Promise<WireResponse> =>
    cdn.get(`${IMAGE}/thumb.webp`, headers, method);
  const length = STORED.length + `${IMAGE}/thumb.webp`.length;

  test.each([
    ['bytes=0-9', 206, 0, 10], ['bytes=990-', 206, 990, length], ['bytes=-5', 206, length - 5, length],
    [`bytes=0-${length * 2}`, 206, 0, length],
    ['bytes=-99999', 206, 0, length], ['bytes=9-3', 200, 0, length], ['bytes=-', 200, 0, length],
    ['bytes=0-1,4-5', 200, 0, length], ['items=0-1', 200, 0, length],
  ])('%s → %i', async (range, status, start, end) => {
    const whole = Buffer.concat([STORED, Buffer.from(`${IMAGE}/thumb.webp`)]);
    const answer = await get({ range });
    expect([answer.status, answer.body.equals(whole.subarray(start, end))]).toEqual([status, true]);
    expect(header(answer, 'content-range')).toBe(status === 206 ? `bytes ${start}-${end - 1}/${length}` : undefined);
    expect(header(answer, 'content-length')).toBe(String(end - start));
  });

  test('beyond the end, 416 says how long it is', async () => {
    const answer = await get({ range: `bytes=${length}-` });
    expect([answer.status, header(answer, 'content-range')]).toEqual([416, `bytes */${length}`]);
  });

  test('a range holds only for the version that it is of', async () => {
    expect((await get({ 'range': 'bytes=0-1', 'if-range': '"webp"' })).status).toBe(206);
    expect((await get({ 'range': 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
  });

  test.each([
    [{ 'if-none-match': '"webp"' }, 304], [{ 'if-none-match': 'W/"webp"' }, 304],
    [{ 'if-none-match': '"a", "webp"' }, 304], [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"other"' }, 200], [{ 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' }, 304],
    [{ 'if-modified-since': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 200], [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-none-match': '"other"', 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' }, 200],
  ] as [Record<string, string>, number][])('%j → %i', async (headers, status) => {
    const answer = await get(headers);
    expect([answer.status, answer.body.length > 0]).toEqual([status, status === 200]);
    expect(header(answer, 'etag')).toBe('"webp"');
  });

  test('what has no etag is nobody\'s copy, whatever is asked', () => {
    const answer = { status: 200, headers: {}, body: Buffer.from('made on demand') };
    expect(applyConditions(answer, name => name === 'if-none-match' ? '' : undefined).status).toBe(200);
  });

  test('HEAD has the headers of GET', async () => {
    const [head, whole] = [await get({}, 'HEAD'), await get({})];
    expect([head.status, head.body.length, header(head, 'content-length')]).toEqual([
      200, 0, String(whole.body.length),
    ]);
  });
});
