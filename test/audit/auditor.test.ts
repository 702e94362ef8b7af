import { audit, type AuditOptions } from './auditor';
import { History } from './history';
import type { Item, RawObject, RawStorage } from './raw-storage';

const ID = '01KDVDNA0000000000000007QF';
const TIME = '2026-01-01T00:00:00.000Z';
const NOW = Date.parse(TIME) + 3_600_000;
/** The segment of the user alice, as Python computes it: `test/lambda/domain/object-keys.test.ts` has the lines. */
const ALICE = '0p2c4k60kcf4wwp0d2fsez8ge1';
const KEY = `originals/_/${ALICE}/${ID}/6e6f6e6365`;

const ACME = '10hb6eprfga8m2h0mpx7snfbsa';

const IMAGE: Item = {
  image_id: ID,
  owner: 'alice',
  status: 'ready',
  version: 2,
  object_key: KEY,
  url_until: NOW,
  content_type: 'image/png',
  size: 8,
  updated_at: TIME,
  user_id: 'alice',
  created_at: `${TIME}#${ID}`,
  etag: '"abc"',
  tags: ['cat'],
};
const FACETS: Item[] = ['#type:image/png', '#tag:cat'].map(name => (
  { image_id: ID + name, user_id: `alice${name}`, created_at: IMAGE.created_at }));
const OBJECT: RawObject = { key: KEY, size: 8, etag: 'abc' };

const without = (item: Item, ...names: string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
const PENDING: Item = {
  ...without(IMAGE, 'user_id', 'created_at', 'etag'),
  status: 'pending',
  due_at: NOW + 1,
  sweep: 0,
};
const TOMBSTONE: Item = {
  ...without(IMAGE, 'user_id', 'created_at', 'etag', 'tags', 'content_type', 'size'),
  status: 'deleted',
  expires_at: NOW / 1000 + 30 * 86_400,
};

function storage(rows: readonly Item[], objects: readonly RawObject[]): RawStorage {
  return {
    async *rows() { yield* rows; },
    async *objects() { yield* objects; },
  };
}

async function invariants(
  rows: readonly Item[], objects: readonly RawObject[], options?: AuditOptions,
): Promise<string[]> {
  const findings = await audit(storage(rows, objects), { settledAt: NOW, ...options });
  return [...new Set(findings.map(({ invariant }) => invariant))];
}

const VARIANT = { name: 'thumb', format: 'webp', width: 1, height: 1, size: 5, settings: 'abc' };
const THUMB: RawObject = { key: `variants/_/${ALICE}/${ID}/thumb.webp`, size: 5, etag: 'v' };
const REJECTED_BYTES: Item = {
  image_id: `refused#${'0a'.repeat(32)}`,
  rejection: { code: 'RESOURCE_LIMIT', message: 'Too much.' },
  expires_at: NOW / 1000,
};

const LEASE: Item = {
  image_id: `${ID}#lease:thumb.avif`,
  holder: 'h',
  lease_until: NOW + 60_000,
  expires_at: NOW / 1000 + 3660,
};

const listed = (change: Item): Item[] => [{ ...IMAGE, ...change }, ...FACETS];

function listedWith(variants: Item[]): Item[] {
  return listed({ variants });
}

test.each<[string, Item[], RawObject[]]>([
  ['an image with its facets and object', [IMAGE, ...FACETS], [OBJECT]],
  ['a lease', [LEASE], []],
  ['a lease that was given back', [{ ...LEASE, lease_until: 0 }], []],
  ['a tombstone', [TOMBSTONE], []],
  ['an image with a variant', listedWith([VARIANT]), [OBJECT, THUMB]],
  ['bytes that a decoder has died of', [REJECTED_BYTES], []],
  ['nothing', [], []],
])('finds nothing wrong with %s', async (_, rows, objects) => {
  expect(await invariants(rows, objects)).toEqual([]);
});

test.each<[string, string, Item[], RawObject[]]>([
  ['I1', 'a ready row without its object', [IMAGE, ...FACETS], []],
  ['I1', 'an object of another size', [IMAGE, ...FACETS], [{ ...OBJECT, size: 9 }]],
  ['I1', 'an object with another etag', [IMAGE, ...FACETS], [{ ...OBJECT, etag: 'abd' }]],
  ['I2', 'an object without a row', [], [OBJECT]],
  ['I2', 'an object of a tombstone', [TOMBSTONE], [OBJECT]],
  ['I2', 'a pending row once all has settled', [PENDING], []],
  ['I2', 'a pending row without a date', [without(PENDING, 'due_at', 'sweep')], []],
  ['I3', 'a usage row', [{ image_id: 'usage#alice', images: 1 }], []],
  ['I3', 'a missing facet', [IMAGE, FACETS[0]], [OBJECT]],
  [
    'I3', 'a facet of a tag that the row lacks',
    [IMAGE, ...FACETS, { ...FACETS[1], image_id: `${ID}#tag:dog`, user_id: 'alice#tag:dog' }], [OBJECT],
  ],
  ['I3', 'a facet of another owner', [IMAGE, FACETS[0], { ...FACETS[1], user_id: 'bob#tag:cat' }], [OBJECT]],
  ['I3', 'a facet that holds more', [IMAGE, FACETS[0], { ...FACETS[1], filename: 'a' }], [OBJECT]],
  ['I3', 'a facet of a tombstone', [TOMBSTONE, FACETS[0]], []],
  ['I3', 'a date without a shard', [without(PENDING, 'sweep')], []],
  ['I3', 'a shard that there is not', [{ ...PENDING, sweep: 99 }], []],
  ['I3', 'a ready row that is due', listed({ due_at: NOW + 1, sweep: 0 }), [OBJECT]],
  ['I3', 'a row listed under another user', listed({ user_id: 'bob' }), [OBJECT]],
  ['I3', 'a creation time without the id', listed({ created_at: TIME }), [OBJECT]],
  ['I3', 'a pending row that is listed', [{ ...PENDING, user_id: 'alice', created_at: IMAGE.created_at }], []],
  ['I3', 'a version of zero', listed({ version: 0 }), [OBJECT]],
  ['I3', 'an unknown status', [{ ...TOMBSTONE, status: 'lost' }], []],
  ['I3', 'a key that names its user', [{ ...TOMBSTONE, object_key: `originals/_/alice/${ID}/6e` }], []],
  ['I3', 'a key of another user', [{ ...TOMBSTONE, object_key: KEY.replace(ALICE, '1dtxtv11z0817yj8vb21t3nk78') }], []],
  ['I3', 'a key of another tenant', [{ ...TOMBSTONE, object_key: KEY.replace('/_/', `/${ACME}/`) }], []],
  ['I3', 'a key of no tenant, where the owner has one', [{ ...TOMBSTONE, owner: `${ACME}#alice` }], []],
  ['I3', 'a key of another image', [{ ...TOMBSTONE, object_key: `originals/_/${ALICE}/other/6e` }], []],
  ['I3', 'two rows with one key', [TOMBSTONE, { ...TOMBSTONE, status: 'expired', image_id: `${ID}#expired:6e` }], []],
  [
    'I3', 'a rejection without a known code',
    [{ ...IMAGE, status: 'rejected', rejection: { code: 'UGLY' } }, ...FACETS], [],
  ],
  ['I4', 'a ready row that expires', listed({ expires_at: NOW }), [OBJECT]],
  ['I6', 'a variant that is not there', listedWith([VARIANT]), [OBJECT]],
  ['I6', 'a variant of another size', listedWith([VARIANT]), [OBJECT, { ...THUMB, size: 6 }]],
  ['I6', 'a variant that does not say what made it', listedWith([without(VARIANT, 'settings')]), [OBJECT, THUMB]],
  ['I6', 'a variant that is named twice', listedWith([VARIANT, VARIANT]), [OBJECT, THUMB]],
  ['I3', 'rejected bytes by no hash', [{ ...REJECTED_BYTES, image_id: 'refused#alice' }], []],
  ['I3', 'rejected bytes without a known code', [{ ...REJECTED_BYTES, rejection: { code: 'UGLY', message: '' } }], []],
  ['I3', 'rejected bytes that stay for ever', [without(REJECTED_BYTES, 'expires_at')], []],
  ['I3', 'rejected bytes that name a user', [{ ...REJECTED_BYTES, owner: 'alice' }], []],
  ['I3', 'rejected bytes that expire by milliseconds', [{ ...REJECTED_BYTES, expires_at: NOW }], []],
  ['I3', 'rejected bytes that stay for a year', [{ ...REJECTED_BYTES, expires_at: NOW / 1000 + 365 * 86_400 }], []],
  ['I3', 'a lease that lasts for seconds of an epoch', [{ ...LEASE, lease_until: NOW / 1000 }], []],
  ['I3', 'a lease that lasts longer than any function', [{ ...LEASE, lease_until: NOW + 3_600_000 }], []],
  ['I3', 'a lease that goes by milliseconds', [{ ...LEASE, expires_at: NOW + 3_600_000 }], []],
  ['I3', 'a lease that goes before it ends', [{ ...LEASE, expires_at: NOW / 1000 - 60 }], []],
  ['I3', 'a lease that stays for a week', [{ ...LEASE, expires_at: NOW / 1000 + 7 * 86_400 }], []],
  ['I3', 'a lease that is due', [{ ...LEASE, sweep: 0, due_at: NOW }], []],
  ['I3', 'a lease of nobody', [{ ...LEASE, holder: '' }], []],
  ['I3', 'a URL that ends by seconds', listed({ url_until: NOW / 1000 }), [OBJECT]],
  ['I3', 'a claim that ends by seconds', listed({ claim_until: NOW / 1000 }), [OBJECT]],
  ['I3', 'a date in seconds', [{ ...PENDING, due_at: NOW / 1000 }], []],
  ['I3', 'a tombstone that expires by milliseconds', [{ ...TOMBSTONE, expires_at: NOW + 30 * 86_400_000 }], []],
  ['I5', 'a tombstone with a filename', [{ ...TOMBSTONE, filename: 'a.png' }], []],
  ['I5', 'a tombstone with a checksum', [{ ...TOMBSTONE, checksum_sha256: 'x' }], []],
  ['I3', 'an image without a size', [without(IMAGE, 'size'), ...FACETS], [OBJECT]],
  ['I5', 'a tombstone that expires after a day', [{ ...TOMBSTONE, expires_at: NOW / 1000 + 86_400 }], []],
  ['I5', 'a tombstone that forgets its idempotency key', [{ ...TOMBSTONE, request_hash: 'abc' }], []],
])('finds %s: %s', async (invariant, _, rows, objects) => {
  expect(await invariants(rows, objects)).toContain(invariant);
});

const FAILED = listed({ status: 'failed' });

function waiting(change: Item): Item[] {
  return listed({ status: 'rejected', rejection: { code: 'MALWARE' }, invalidate: 2, ...change });
}

test('judges orphans and unfinished rows only after all settled', async () => {
  expect(await invariants([PENDING], [OBJECT], { settledAt: undefined })).toEqual([]);
});

test.each<[string, AuditOptions, Item[], RawObject[], string[]]>([
  ['what is clean may be read', { isScanned: true }, [IMAGE, ...FACETS], [{ ...OBJECT, scan: 'NO_THREATS_FOUND' }], []],
  ['what is not scanned may not', { isScanned: true }, [IMAGE, ...FACETS], [OBJECT], ['I7']],
  [
    'what cannot be scanned may not', { isScanned: true }, [IMAGE, ...FACETS], [{ ...OBJECT, scan: 'UNSUPPORTED' }],
    ['I7'],
  ],
  ['an image of the set', { set: [{ name: 'thumb', settings: 'abc' }] }, listedWith([VARIANT]), [OBJECT, THUMB], []],
  [
    'an image of another set', { set: [{ name: 'thumb', settings: 'abd' }] }, listedWith([VARIANT]), [OBJECT, THUMB],
    ['I6'],
  ],
  ['a variant of a failed image, which nobody can read', {}, FAILED, [OBJECT, THUMB], []],
  ['a variant of a failed image, which a CDN reads', { hasCdn: true }, FAILED, [OBJECT, THUMB], ['I5']],
  ['a variant of a ready image, which a CDN reads', { hasCdn: true }, listedWith([VARIANT]), [OBJECT, THUMB], []],
  [
    'a rejected image that waits for an invalidation', { settledAt: undefined }, waiting({ due_at: NOW, sweep: 0 }), [],
    [],
  ],
  ['one that nobody visits', {}, waiting({}), [], ['I5']],
  [
    'one whose mark is no version', { settledAt: undefined }, waiting({ due_at: NOW, sweep: 0, invalidate: true }), [],
    ['I3'],
  ],
  ['a ready image that waits for an invalidation', {}, listed({ invalidate: 2 }), [OBJECT], ['I5']],
  [
    'a course that ends',
    { courses: new Map([[KEY, ['pending', 'processing', 'failed', 'processing', 'ready', 'deleting', 'deleted']]]) },
    [], [], [],
  ],
  [
    'what is ready twice', { courses: new Map([[KEY, ['processing', 'ready', 'processing', 'ready']]]) }, [], [],
    ['I8'],
  ],
  ['an original that goes with its record', { deletions: [{ key: KEY, status: 'deleting' }] }, [], [], []],
  ['an original that goes before its record does', { deletions: [{ key: KEY, status: 'ready' }] }, [], [], ['I10']],
  ['what is rejected after it was ready', { courses: new Map([[KEY, ['ready', 'rejected']]]) }, [], [], ['I8']],
])('%s', async (_, options, rows, objects, expected) => {
  expect(await invariants(rows, objects, options)).toEqual(expected);
});

describe('a list', () => {
  const second = '01KDVDNA0000000000000007QG';
  const other: Item[] = [{
    ...IMAGE,
    image_id: second,
    created_at: `${TIME}#${second}`,
    tags: [],
    object_key: `originals/_/${ALICE}/${second}/6e`,
  }];
  const facet = {
    image_id: `${second}#type:image/png`,
    user_id: 'alice#type:image/png',
    created_at: other[0].created_at,
  };
  const rows = [IMAGE, ...FACETS, ...other, facet];
  const objects = [OBJECT, { ...OBJECT, key: String(other[0].object_key) }];

  test.each<[string, string[][], string[]]>([
    ['that shows all, newest first', [[second], [ID]], []],
    ['that misses one', [[second]], ['I9']],
    ['that shows one twice', [[second, ID], [ID]], ['I9']],
    ['in the wrong order', [[ID, second]], ['I9']],
  ])('%s', async (_, pages, expected) => {
    expect(await invariants(rows, objects, { walks: [{ owner: 'alice', descending: true, pages }] })).toEqual(expected);
  });

  test('by tag has only images with that tag', async () => {
    expect(
      await invariants(rows, objects, { walks: [{ owner: 'alice', descending: true, tags: ['cat'], pages: [[ID]] }] }),
    ).toEqual([]);
    expect(await invariants(rows, objects, {
      walks: [{ owner: 'alice', descending: true, tags: ['cat'], pages: [[second, ID]] }],
    })).toEqual(['I9']);
  });
});

describe('an acknowledgement', () => {
  let history: History;
  const shown = { status: 'ready', version: 2, filename: null, tags: ['cat'] };
  beforeEach(() => {
    history = new History(() => NOW);
    history.created(ID, history.begin(ID), NOW + 1);
  });

  test('holds if the row agrees', async () => {
    history.shown(ID, history.begin(ID), shown);
    expect(await invariants([IMAGE, ...FACETS], [OBJECT], { history })).toEqual([]);
  });

  test.each<[string, string, (known: History) => void, Item[], RawObject[]]>([
    ['I4', 'a row that is gone', () => {}, [], []],
    [
      'I4', 'an older version', known => known.shown(ID, known.begin(ID), { ...shown, version: 3 }), [IMAGE, ...FACETS],
      [OBJECT],
    ],
    [
      'I4', 'another content', known => known.shown(ID, known.begin(ID), { ...shown, tags: ['dog'] }),
      [IMAGE, ...FACETS], [OBJECT],
    ],
    ['I4', 'another outcome', known => known.hasStatus(ID, known.begin(ID), 'rejected'), [IMAGE, ...FACETS], [OBJECT]],
    ['I4', 'an upload that became nothing', known => known.uploaded(ID, 'ready'), [TOMBSTONE], []],
    ['I5', 'a deleted image that is back', known => known.deletionAcknowledged(ID), [IMAGE, ...FACETS], [OBJECT]],
  ])('finds %s: %s', async (invariant, _, acknowledge, rows, objects) => {
    acknowledge(history);
    expect(await invariants(rows, objects, { history })).toContain(invariant);
  });

  test('of a deletion allows answers that began before it to show the image', () => {
    const known = history.begin(ID);
    history.deletionAcknowledged(ID);
    history.shown(ID, known, shown);
    expect(history.findings).toEqual([]);
    history.shown(ID, history.begin(ID), shown);
    expect(history.findings).toMatchObject([{ invariant: 'I5' }]);
  });
});
