import fc from 'fast-check';
import { BASE_URL, delivery, KEY_ID, verified } from './support/signing';
import type { Delivery } from '../../../lambda/domain/deliver/ports';
import type { ApiDeps } from '../../../lambda/domain/ports';
import { buildImageView } from '../../../lambda/http/image-view';
import { DELIVERY, type ImageRecord } from '../../../src/contract';
import { disagreements } from '../../support/openapi';

const ROW: ImageRecord = {
  image_id: '01JD',
  owner: 'alice@example.com',
  user_id: 'alice@example.com',
  status: 'ready',
  version: 3,
  object_key: 'originals/_/17vtbxpt6ctqt50nxy6d1d0h8w/01JD/nonce',
  url_until: 0,
  content_type: 'image/jpeg',
  size: 1000,
  created_at: '2026-11-22T10:15:30.123Z#01JD',
  updated_at: '2026-11-22T10:15:31.123Z',
  variants: [
    { name: 'thumb', format: 'avif', width: 320, height: 240, size: 9, settings: 's1' },
    { name: 'large', format: 'avif', width: 2048, height: 1536, settings: 's2' },
  ],
};
const PATH = `${BASE_URL}/_/17vtbxpt6ctqt50nxy6d1d0h8w/01JD`;

interface Shown {
  readonly variants: readonly {
    readonly url: string;
    readonly expires_at: string | null;
    readonly size: number | null;
  }[];
}

async function view(how: Delivery, now = Date.UTC(2026, 10, 22, 12, 1), row = ROW): Promise<Shown> {
  const deps = { delivery: how, clock: { now: () => now } } as unknown as ApiDeps;
  const shown = await buildImageView(row, { userId: row.owner }, deps);
  expect(disagreements('GET', '/images/01JD', 200, 'application/json', JSON.stringify(shown))).toEqual([]);
  return shown as unknown as Shown;
}

test('URLs of public delivery are unsigned and never end', async () => {
  const { variants } = await view({ mode: 'anyone', baseUrl: BASE_URL });
  expect(variants.map(({ url, expires_at }) => [url, expires_at])).toEqual([
    [`${PATH}/thumb`, null], [`${PATH}/large`, null],
  ]);
});

test('URLs of a public image are unsigned, below /public/, and never change', async () => {
  const sign = jest.fn();
  for (const day of [0, 1000]) {
    const now = Date.UTC(2026, 10, 22) + day * 86_400_000;
    const { variants } = await view(delivery({ signer: { sign } }), now, { ...ROW, visibility: 'public' });
    expect(variants.map(({ url, expires_at }) => [url, expires_at])).toEqual(
      ['thumb', 'large'].map(name => [`${PATH.replace(BASE_URL, `${BASE_URL}/public`)}/${name}`, null]),
    );
  }
  expect(sign).not.toHaveBeenCalled();
});

test('where viewers need no signature, public images have the URLs of private ones', async () => {
  const { variants } = await view({ mode: 'anyone', baseUrl: BASE_URL }, undefined, { ...ROW, visibility: 'public' });
  expect(variants.map(({ url, expires_at }) => [url, expires_at])).toEqual([
    [`${PATH}/thumb`, null], [`${PATH}/large`, null],
  ]);
});

test('an on-demand variant has a URL, and no size yet', async () => {
  const { variants } = await view(delivery());
  expect(variants.map(({ size }) => size)).toEqual([9, null]);
});

test('one signature covers all variants of an image and nothing else', async () => {
  const { variants: [thumb, large] } = await view(delivery());
  const [query, ...others] = new Set([thumb.url, large.url].map(url => url.slice(url.indexOf('?'))));
  expect(others).toEqual([]);
  expect([thumb.url, large.url]).toEqual([`${PATH}/thumb${query}`, `${PATH}/large${query}`]);
  const { Policy, Signature, ...rest } = Object.fromEntries(new URLSearchParams(query));
  expect(rest).toEqual({ 'Key-Pair-Id': KEY_ID, 'Hash-Algorithm': 'SHA256' });
  const end = Date.UTC(2026, 10, 22, 13, 15);
  expect(verified(Policy, Signature)).toEqual({
    Statement: [{ Resource: `${PATH}/*`, Condition: { DateLessThan: { 'AWS:EpochTime': end / 1000 } } }],
  });
  expect(thumb.expires_at).toBe(new Date(end).toISOString());
});

test(
  'a URL lives for its configured lifetime at least, and for a quarter of an hour more at most',
  async () => {
    const [times, lifetimes] = [
      fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 0) }), fc.integer({ min: 60, max: 7 * 86_400 }),
    ];
    await fc.assert(fc.asyncProperty(times, lifetimes, async (now, urlTtlSeconds) => {
      const { variants: [{ url, expires_at }] } = await view(delivery({ urlTtlSeconds }), now);
      const { searchParams } = new URL(url);
      const [{ Condition }] = verified(searchParams.get('Policy')!, searchParams.get('Signature')!).Statement;
      const end = Condition.DateLessThan['AWS:EpochTime'];
      expect(end * 1000).toBe(Date.parse(expires_at!));
      expect(end % DELIVERY.EXPIRY_STEP_SECONDS).toBe(0);
      expect(end - now / 1000).toBeGreaterThanOrEqual(urlTtlSeconds);
      expect(end - now / 1000).toBeLessThan(urlTtlSeconds + DELIVERY.EXPIRY_STEP_SECONDS);
    }), { numRuns: 100 });
  },
);

test('a URL stays equal within each quarter of an hour, for every function', async () => {
  const from = Date.UTC(2026, 10, 22, 12) + 1;
  const urlAt = async (now: number) => (await view(delivery(), now)).variants[0].url;
  const urls = await Promise.all(Array.from({ length: 90 }, (_, i) => urlAt(from + i * 10_000)));
  expect(new Set(urls).size).toBe(1);
  expect(await urlAt(from + 900_000)).not.toBe(urls[0]);
});
