import fc from 'fast-check';
import { openObjectStore } from '../../../lambda/aws/image-objects';
import { buildBucketAddress, createUrlSigner } from '../../../lambda/aws/url-signer';
import { computeUserSegment } from '../../../lambda/domain/caller';
import type { ApiDeps } from '../../../lambda/domain/ports';
import { buildImageView } from '../../../lambda/http/image-view';
import { type ImageRecord, URL_TTL_SECONDS_RANGE, type VariantRecord } from '../../../src/contract';
import { BUCKET, REGION } from '../../security/presigned';
import { useStorage } from '../../support/engines';
import { disagreements } from '../../support/openapi';

const PRINCIPAL = { userId: 'alice' };
const VARIANTS: VariantRecord[] = [
  { name: 'thumb', format: 'webp', width: 320, height: 240, size: 9, settings: 's1' },
  { name: 'print', format: 'jpeg', width: 2048, height: 1536, size: 9, settings: 's2' },
];
const FACTS = {
  width: 4032,
  height: 3024,
  format: 'heic',
  animated: false,
  checksum_sha256: `${'A'.repeat(43)}=`,
  placeholder: { thumbhash: 'aGFzaA==', color: '#7a8b9c' },
};
const USER = computeUserSegment({ userId: 'alice' });
const ROW: ImageRecord = {
  image_id: '01JD',
  owner: 'alice',
  user_id: 'alice',
  status: 'ready',
  version: 3,
  object_key: `originals/_/${USER}/01JD/nonce`,
  url_until: 0,
  content_type: 'image/heic',
  size: 1000,
  created_at: '2026-11-22T10:15:30.123Z#01JD',
  updated_at: '2026-11-22T10:15:31.123Z',
  ...FACTS,
  variants: VARIANTS,
};

const storage = useStorage({ maxSignatureAgeMs: URL_TTL_SECONDS_RANGE.MAX * 1000 });

interface Shown {
  readonly variants: readonly { readonly name: string; readonly url: string; readonly expires_at: string }[];
}

async function view(row: ImageRecord, now = Date.now(), urlTtlSeconds = 300): Promise<Shown> {
  const signer = createUrlSigner(
    REGION, buildBucketAddress({ bucket: BUCKET, region: REGION, endpoint: storage.endpoint, accelerate: false }),
  );
  const deps = {
    signer,
    delivery: { mode: 'presigned' },
    clock: { now: () => now },
    policy: { urlTtlSeconds },
  } as unknown as ApiDeps;
  return await buildImageView(row, PRINCIPAL, deps) as unknown as Shown;
}

test('a ready image shows the facts that the worker found, as the OpenAPI document says', async () => {
  const shown = await view(ROW);
  expect(shown).toMatchObject({
    ...FACTS,
    status: 'ready',
    content_type: 'image/heic',
    created_at: '2026-11-22T10:15:30.123Z',
  });
  expect(shown.variants).toEqual([
    {
      name: 'thumb',
      width: 320,
      height: 240,
      content_type: 'image/webp',
      size: 9,
      url: expect.any(String),
      expires_at: expect.any(String),
    },
    {
      name: 'print',
      width: 2048,
      height: 1536,
      content_type: 'image/jpeg',
      size: 9,
      url: expect.any(String),
      expires_at: expect.any(String),
    },
  ]);
  expect(disagreements('GET', '/images/01JD', 200, 'application/json', JSON.stringify(shown))).toEqual([]);
});

test('a processing image has null for the facts that a worker finds', async () => {
  const { width, height, format, animated, placeholder, checksum_sha256, variants, ...row } = ROW;
  const shown = await view({ ...row, status: 'processing' });
  expect(shown).toMatchObject({
    width: null,
    height: null,
    format: null,
    animated: null,
    placeholder: null,
    checksum_sha256: null,
    variants: [],
  });
  expect(disagreements('GET', '/images/01JD', 200, 'application/json', JSON.stringify(shown))).toEqual([]);
});

test.each(['pending', 'processing', 'rejected', 'failed', 'deleting', 'deleted', 'expired'] as const)(
  'an image that is %s has no variant URLs', async status => {
    expect((await view({ ...ROW, status })).variants).toEqual([]);
  },
);

test('a URL serves the variant inline, with its own type, and cached by the browser alone', async () => {
  await openObjectStore(BUCKET, true).put(
    `variants/_/${USER}/01JD/print.jpg`, Buffer.from('the print'), 'application/octet-stream',
  );
  const { variants } = await view(ROW);
  const response = await fetch(variants[1].url);
  expect([response.status, await response.text()]).toEqual([200, 'the print']);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/jpeg', 'content-disposition': 'inline', 'cache-control': 'private, max-age=300, immutable',
  });
});

function endOf(url: string): number {
  const { searchParams } = new URL(url);
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date')!)!.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) + Number(searchParams.get('X-Amz-Expires')) * 1000;
}

const lifetimes = fc.integer({ min: URL_TTL_SECONDS_RANGE.MIN, max: URL_TTL_SECONDS_RANGE.MAX });
const times = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 0) });

test(
  'a URL lives for at least half of its lifetime, and ends exactly at expires_at',
  async () => {
    await fc.assert(fc.asyncProperty(times, lifetimes, async (now, lifetime) => {
      const [{ url, expires_at }] = (await view(ROW, now, lifetime)).variants;
      expect(Date.parse(expires_at)).toBe(endOf(url));
      expect(endOf(url) - now).toBeGreaterThanOrEqual(lifetime * 500);
      expect(endOf(url) - now).toBeLessThanOrEqual(lifetime * 1000);
    }), { numRuns: 200 });
  },
);

test('a URL changes four times in its lifetime at most, so that browsers can cache the bytes', async () => {
  const lifetime = 300;
  const views = await Promise.all(
    Array.from({ length: lifetime }, (_, second) => view(ROW, Date.UTC(2026, 0) + second * 1000, lifetime)),
  );
  expect(new Set(views.map(({ variants }) => variants[0].url)).size).toBe(4);
});
