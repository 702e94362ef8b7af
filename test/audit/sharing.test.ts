import { audit } from './auditor';
import type { Item, RawObject } from './raw-storage';

const ID = '01KDVDNA0000000000000007QF';
const TIME = '2026-01-01T00:00:00.000Z';
const NOW = Date.parse(TIME) + 3_600_000;
/** Segments of the user alice: test/lambda/domain/object-keys.test.ts has the lines that compute them. */
const KEY = `originals/_/0p2c4k60kcf4wwp0d2fsez8ge1/${ID}/6e6f6e6365`;
const ACME = '10hb6eprfga8m2h0mpx7snfbsa';
const CREATED_AT = `${TIME}#${ID}`;

const IMAGE: Item = {
  image_id: ID,
  owner: 'alice',
  user_id: 'alice',
  created_at: CREATED_AT,
  status: 'ready',
  version: 2,
  object_key: KEY,
  url_until: NOW,
  content_type: 'image/png',
  size: 8,
  updated_at: TIME,
  etag: '"abc"',
};
const SHARED: Item = { ...IMAGE, visibility: 'public', shared_with: ['user:bob', 'group:editors'] };
const OBJECT: RawObject = { key: KEY, size: 8, etag: 'abc' };

const facet = (name: string, user_id: string): Item => ({ image_id: ID + name, user_id, created_at: CREATED_AT });
const TYPE = facet('#type:image/png', 'alice#type:image/png');
const BOB = facet('#to:user:bob', 'bob#shared');
const EDITORS = facet('#to:group:editors', '%group:editors');

const TOMBSTONE: Item = {
  image_id: ID,
  owner: 'alice',
  status: 'deleted',
  version: 3,
  object_key: KEY,
  url_until: NOW,
  updated_at: TIME,
  expires_at: NOW / 1000 + 30 * 86_400,
};

async function listInvariants(rows: readonly Item[]): Promise<string[]> {
  const objects = rows.some(({ status }) => status === 'ready') ? [OBJECT] : [];
  const findings = await audit({
    async *rows() { yield* rows; },
    async *objects() { yield* objects; },
  }, { settledAt: NOW });
  return [...new Set(findings.map(({ invariant }) => invariant))];
}

test('finds nothing wrong with a public image that is shared', async () => {
  expect(await listInvariants([SHARED, TYPE, BOB, EDITORS])).toEqual([]);
});

test.each<[string, string, Item[]]>([
  ['I3', 'a missing facet of a share', [SHARED, TYPE, BOB]],
  ['I3', 'a facet of a share that the row lacks', [IMAGE, TYPE, BOB]],
  ['I3', 'a share in the list of another user', [SHARED, TYPE, { ...BOB, user_id: 'eve#shared' }, EDITORS]],
  ['I3', 'a group of another tenant', [SHARED, TYPE, BOB, { ...EDITORS, user_id: `${ACME}#%group:editors` }]],
  ['I3', 'a stored default', [{ ...IMAGE, visibility: 'private' }, TYPE]],
  ['I3', 'a share with neither a user nor a group', [{ ...IMAGE, shared_with: ['bob'] }, TYPE, facet('#to:bob', 'bob#shared')]],
  ['I3', 'an empty list of shares', [{ ...IMAGE, shared_with: [] }, TYPE]],
  ['I3', 'a repeated share', [{ ...IMAGE, shared_with: ['user:bob', 'user:bob'] }, TYPE, BOB]],
  ['I5', 'a tombstone that is shared', [{ ...TOMBSTONE, shared_with: ['user:bob'] }]],
  ['I5', 'a public tombstone', [{ ...TOMBSTONE, visibility: 'public' }]],
])('%s: finds %s', async (invariant, _, rows) => {
  expect(await listInvariants(rows)).toContain(invariant);
});
