import { ABSENT, ALICE, BOB, header, IMAGE, OTHER, startCdn, type TestCdn } from './cdn';
import { DELIVERY, DELIVERY_HEADERS } from '../../../src/contract';
import { ShiftedClock } from '../../environments/clock';

const AVIF = { accept: 'image/avif' };
const PUBLIC = `/public${IMAGE}`;
const HOUR = 3_600_000;

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

describe('a public path', () => {
  test.each(['thumb', 'thumb.avif'])('%s needs no signature, and any cache may keep it', async file => {
    const answer = await cdn.send(`/cdn${PUBLIC}/${file}`, AVIF);
    expect([answer.status, cdn.read]).toEqual([200, [`${PUBLIC}/thumb.avif`]]);
    for (const [name, value] of Object.entries({ ...DELIVERY_HEADERS, 'cache-control': DELIVERY.PUBLIC_CACHE_CONTROL })) {
      expect([name, header(answer, name)]).toEqual([name, value]);
    }
  });

  test.each(['Policy=x&Signature=y&Key-Pair-Id=z&Hash-Algorithm=SHA256', 'width=9', 'Expires=1'])(
    'does not depend on the query %s', async query => {
      await cdn.send(`/cdn${PUBLIC}/thumb`, AVIF);
      const answer = await cdn.send(`/cdn${PUBLIC}/thumb?${query}`, AVIF);
      expect([answer.status, cdn.read.length]).toEqual([200, 1]);
    },
  );

  test('is kept for an hour, while a signed path is kept for a year', async () => {
    const ask = async (): Promise<void> => {
      await cdn.send(`/cdn${PUBLIC}/thumb`, AVIF);
      await cdn.get(`${IMAGE}/thumb`, AVIF);
    };
    await ask();
    clock.advance(HOUR - 1000);
    await ask();
    expect(cdn.read.length).toBe(2);
    clock.advance(1000);
    await ask();
    expect(cdn.read).toEqual([`${PUBLIC}/thumb.avif`, `${IMAGE}/thumb.avif`, `${PUBLIC}/thumb.avif`]);
  });

  test('of no public image is 404 with no-store, and is asked for again after four seconds', async () => {
    const ask = async (): Promise<void> => {
      const answer = await cdn.send(`/cdn/public${ABSENT}/thumb`, AVIF);
      expect([answer.status, header(answer, 'cache-control')]).toEqual([404, 'no-store']);
    };
    for (let i = 0; i < 3; i++) await ask();
    expect(cdn.read.length).toBe(1);
    clock.advance(DELIVERY.NOT_FOUND_TTL_SECONDS * 1000);
    await ask();
    expect(cdn.read.length).toBe(2);
  });

  test('is invalidated apart from the signed path', async () => {
    for (const [wildcard, read] of [['/_/*', 2], [`/public/_/${ALICE}/*`, 3]] as const) {
      await cdn.send(`/cdn${PUBLIC}/thumb`, AVIF);
      cdn.distribution.cache.invalidate(path => path.startsWith(wildcard.slice(0, -1)));
      await cdn.send(`/cdn${PUBLIC}/thumb`, AVIF);
      expect(cdn.read.length).toBe(read - 1);
    }
  });
});

/** Writings of a path that CloudFront may take for a public one. None is exactly one. */
const WRONG_SHAPES = [
  '/public', '/public/', '/public//', `/public/${IMAGE}`, `/public/public${IMAGE}`, `/public${IMAGE}/`,
  `/public${IMAGE.toLowerCase()}`, `/public/_/${ALICE.toUpperCase()}/${IMAGE.split('/')[3]}`,
  `/public/${IMAGE.slice(1).replaceAll('/', '%2F')}`, `/public${IMAGE}%2Fthumb`, `/public/%5F/${IMAGE.slice(3)}`,
  `/%70ublic${IMAGE}`, `/public/..${IMAGE}/../../../..${PUBLIC}`, `/x/../public${IMAGE}`, `/./public${IMAGE}`,
  `/public/./${IMAGE.slice(1)}`, `/public/_/${ALICE}`, `/public/_/${ALICE}/${IMAGE.split('/')[3]}0`,
  `/public/__/${ALICE}/${IMAGE.split('/')[3]}`, `/public/t/${ALICE}/${IMAGE.split('/')[3]}`,
  `/public/variants${IMAGE}`, `/public/originals${IMAGE}`, `/public${IMAGE}\\thumb`, '/public/*', `/public${IMAGE}/*`,
];

describe('tampering', () => {
  test.each(WRONG_SHAPES)('%s is 404 without a call of storage or the transform function', async path => {
    const answer = await cdn.send(`/cdn${path}/thumb`, AVIF);
    expect([answer.status, header(answer, 'cache-control')]).toEqual([404, 'no-store']);
    expect([cdn.read, cdn.transformHandler.asked]).toEqual([[], []]);
  });

  test.each([
    `/Public${IMAGE}`, `/PUBLIC${IMAGE}`, `/public%2F${IMAGE.slice(1)}`, `/public${IMAGE.replaceAll('/', '%2F')}`, `//public${IMAGE}`, `/publi${IMAGE}`,
    `/public/..${IMAGE}`, `/public/%2E%2E${IMAGE}`, `/public/../${OTHER.slice(1)}`, IMAGE, OTHER,
  ])('%s is another behavior, which demands a signature', async path => {
    expect((await cdn.send(`/cdn${path}/thumb`, AVIF)).status).toBe(403);
    expect([cdn.read, cdn.transformHandler.decodes]).toEqual([[], 0]);
  });

  test('no path without a signature reads an object outside the public ones', async () => {
    for (const path of [...WRONG_SHAPES, PUBLIC, `/public${OTHER}`, `/public/_/${BOB}/${IMAGE.split('/')[3]}`]) {
      await cdn.send(`/cdn${path}/thumb`, AVIF);
    }
    expect(cdn.read.filter(key => !key.startsWith('/public/_/'))).toEqual([]);
    expect(cdn.read.length).toBe(3);
  });

  test('a signature for a private image is none for its path without /public, and /public before a signed path is public', async () => {
    const query = cdn.query(IMAGE);
    expect((await cdn.send(`/cdn${PUBLIC}/thumb?${query}`, AVIF)).status).toBe(200);
    expect(cdn.read).toEqual([`${PUBLIC}/thumb.avif`]);
    expect((await cdn.send(`/cdn${IMAGE}/thumb?${cdn.query(PUBLIC)}`, AVIF)).status).toBe(403);
  });
});

test('where no path needs a signature, none begins with /public/', async () => {
  await cdn.close();
  cdn = await startCdn({ keys: undefined, edgeResponse: undefined, hasPublicPaths: false });
  expect((await cdn.send(`/cdn${PUBLIC}/thumb`, AVIF)).status).toBe(404);
  expect(cdn.read).toEqual([]);
  expect((await cdn.send(`/cdn${IMAGE}/thumb`, AVIF)).status).toBe(200);
});
