import { BASE_URL } from './support/signing';
import { computeUserSegment } from '../../../lambda/domain/caller';
import type { ApiDeps } from '../../../lambda/domain/ports';
import { answer } from '../../../lambda/http/app';
import type { RequestFacts } from '../../../lambda/http/messages';
import type { ImageRecord } from '../../../src/contract';

const idOf = (n: number): string => `01${String(n).padStart(24, '0')}`;

/** A hundred images of a hundred owners, shared with bob. */
const RECORDS = Array.from({ length: 100 }, (_, n): ImageRecord => {
  const owner = `owner${n}`;
  return {
    image_id: idOf(n),
    owner,
    user_id: owner,
    created_at: `2026-11-22T10:15:30.123Z#${idOf(n)}`,
    updated_at: '2026-11-22T10:15:31.123Z',
    status: 'ready',
    version: 2,
    object_key: `originals/_/${computeUserSegment({ userId: owner })}/${idOf(n)}/nonce`,
    url_until: 0,
    content_type: 'image/jpeg',
    size: 8,
    shared_with: ['user:bob'],
    variants: ['thumb', 'small', 'medium'].map(
      name => ({ name, format: 'avif', width: 1, height: 1, size: 5, settings: 's' }),
    ),
  };
});

async function batchGet(image_ids: readonly string[], now = Date.UTC(2026, 10, 22, 12, 1)) {
  const reads: (readonly string[])[] = [];
  const sign = jest.fn(async (policy: string) => ({ keyId: 'K', signature: Buffer.from(policy).subarray(-20) }));
  const facts: RequestFacts[] = [];
  const table = {
    get: () => { throw new Error('a batch reads no single record'); },
    getMany: async (ids: readonly string[]) => {
      reads.push(ids);
      return RECORDS.filter(({ image_id }) => ids.includes(image_id)).reverse();
    },
  };
  const delivery = { mode: 'signed', baseUrl: BASE_URL, urlTtlSeconds: 3600, signer: { sign } };
  const { status, body = '' } = await answer({
    method: 'POST',
    resource: '/images/batch-get',
    path: '/images/batch-get',
    parameters: {},
    query: new Map(),
    headers: new Map([['x-user-id', ['bob']]]),
    body: Buffer.from(JSON.stringify({ image_ids })),
    requestId: 'r',
  }, {
    access: 'iam',
    deps: { table, delivery, clock: { now: () => now } } as unknown as ApiDeps,
    corsOrigins: [],
    onError: error => { throw error; },
    onAnswer: line => facts.push(line),
  });
  const { results } = JSON.parse(body) as { results: { status: number; image?: { variants: { url: string }[] } }[] };
  return { status, results, reads, signatures: sign.mock.calls.length, facts };
}

test('100 images of 100 owners cost one read and 100 signatures, and the log line has no image id', async () => {
  const ids = RECORDS.map(({ image_id }) => image_id);
  const { status, results, reads, signatures, facts } = await batchGet(ids);
  expect([status, results.map(result => result.status)]).toEqual([200, ids.map(() => 200)]);
  expect([reads, signatures]).toEqual([[ids], 100]);
  expect(facts).toEqual([
    { request_id: 'r', route: 'POST /images/batch-get', method: 'POST', caller: expect.any(String), status: 200 },
  ]);
});

test('a repeated id is read and signed once, and has the same URLs', async () => {
  const { results, reads, signatures } = await batchGet(Array.from({ length: 100 }, () => idOf(7)));
  expect([reads, signatures, new Set(results.map(result => JSON.stringify(result))).size]).toEqual([[[idOf(7)]], 1, 1]);
});

test('ids that no image can have are 404 without a read', async () => {
  const { results, reads, signatures } = await batchGet(['', 'x', `t.${idOf(1)}`, `${idOf(1)}#tag:a`, 'usage#bob']);
  expect([results.map(result => result.status), reads, signatures]).toEqual([Array(5).fill(404), [], 0]);
});

test('each URL stays equal within its quarter of an hour', async () => {
  const from = Date.UTC(2026, 10, 22, 12) + 1;
  const listUrls = async (now: number) => (await batchGet(RECORDS.map(({ image_id }) => image_id), now)).results
    .flatMap(({ image }) => image!.variants.map(({ url }) => url));
  const urls = await listUrls(from);
  expect(urls).toHaveLength(300);
  expect(await listUrls(from + 899_000)).toEqual(urls);
  expect((await listUrls(from + 900_000))[0]).not.toBe(urls[0]);
});
