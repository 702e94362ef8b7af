import { buildOwner, type Caller, computeTenantSegment, type Viewer } from '../../../lambda/domain/caller';
import { changeFacets, putFacets } from '../../../lambda/domain/facets';
import { deleteWrites } from '../../../lambda/domain/image-states';
import { buildSharePartition, canView } from '../../../lambda/domain/sharing';
import { editWrites } from '../../../lambda/domain/update-image';
import type { ImageRecord } from '../../../src/contract';

const ID = '01KDVDNA0000000000000007QF';
const CREATED_AT = `2026-01-01T00:00:00.000Z#${ID}`;
const IMAGE: ImageRecord & { created_at: string } = {
  image_id: ID,
  owner: 'alice',
  user_id: 'alice',
  created_at: CREATED_AT,
  updated_at: '2026-01-01T00:00:00.000Z',
  status: 'ready',
  version: 2,
  object_key: `originals/_/0p2c4k60kcf4wwp0d2fsez8ge1/${ID}/6e`,
  url_until: 0,
  content_type: 'image/png',
  size: 8,
};
const ACME: Caller = { tenantId: 'acme', userId: 'alice' };

const list = (prefix: string) => Array.from({ length: 20 }, (_, i) => `${prefix}${i}`);

describe('canView', () => {
  const SHARED = { ...IMAGE, shared_with: ['user:bob', 'group:editors'] };
  const stranger: Viewer = { userId: 'eve', groups: ['bob', 'alice', 'user:bob'] };

  test.each<[boolean, string, ImageRecord, Viewer]>([
    [true, 'the owner of a pending image', { ...IMAGE, status: 'pending' }, { userId: 'alice' }],
    [true, 'the service, of a failed image', { ...IMAGE, status: 'failed' }, { service: true }],
    [true, 'a named user', SHARED, { userId: 'bob' }],
    [true, 'a member of a named group', SHARED, { userId: 'eve', groups: ['a', 'editors'] }],
    [true, 'everyone, of a public image', { ...IMAGE, visibility: 'public' }, stranger],
    [false, 'a stranger, of a private image', IMAGE, stranger],
    [false, 'a stranger with a group of the name of a user', SHARED, stranger],
    [false, 'a user of the name of a group', SHARED, { userId: 'editors' }],
    [false, 'a named user, of an image in work', { ...SHARED, status: 'processing' }, { userId: 'bob' }],
    [false, 'a stranger, of a public image that failed', { ...IMAGE, visibility: 'public', status: 'failed' }, stranger],
    [false, 'a user of the name of the owner, in a tenant', IMAGE, ACME],
  ])('is %s for %s', (expected, _, record, viewer) => {
    expect(canView(record, viewer)).toBe(expected);
  });
});

describe('the lists of shared images', () => {
  test('belong to a user or a group of the tenant of the owner', () => {
    const owner = buildOwner(ACME);
    const tenant = computeTenantSegment(ACME);
    expect(buildSharePartition(owner, 'user:bob')).toBe(`${buildOwner({ ...ACME, userId: 'bob' })}#shared`);
    expect(buildSharePartition(owner, 'group:editors')).toBe(`${tenant}#%group:editors`);
    expect(buildSharePartition('alice', 'user:user:x')).toBe('user:x#shared');
    expect(buildSharePartition('alice', 'group:editors')).toBe('%group:editors');
  });

  test('are the partitions of one facet for each entry', () => {
    expect(putFacets({ ...IMAGE, shared_with: ['user:bob', 'group:editors'] }).slice(1)).toEqual([
      { putFacet: { image_id: `${ID}#to:user:bob`, user_id: 'bob#shared', created_at: CREATED_AT } },
      { putFacet: { image_id: `${ID}#to:group:editors`, user_id: '%group:editors', created_at: CREATED_AT } },
    ]);
  });
});

describe('changed facets', () => {
  test('are those of the entries that are new or gone', () => {
    const before = { ...IMAGE, tags: ['a', 'b'], shared_with: ['user:a', 'user:b'] };
    expect(changeFacets(before, { tags: ['b', 'c'], shared_with: ['user:c', 'user:a'] })).toEqual([
      { removeFacet: `${ID}#tag:a` },
      { removeFacet: `${ID}#to:user:b` },
      { putFacet: { image_id: `${ID}#tag:c`, user_id: 'alice#tag:c', created_at: CREATED_AT } },
      { putFacet: { image_id: `${ID}#to:user:c`, user_id: 'c#shared', created_at: CREATED_AT } },
    ]);
    expect(changeFacets(before, { tags: ['b', 'a'], shared_with: ['user:b', 'user:a'] })).toEqual([]);
  });

  test('do not exist before an image is listed', () => {
    const { user_id, created_at, ...pending } = IMAGE;
    expect(changeFacets({ ...pending, status: 'pending' }, { shared_with: ['user:a'] })).toEqual([]);
  });

  // TransactWriteItems takes 100 items:
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
  test('fit one transaction with the record, with 20 tags and 20 shares that all change', () => {
    const full = { ...IMAGE, tags: list('old'), shared_with: list('user:old') };
    expect(editWrites(full, { tags: list('new'), shared_with: list('group:new') }, 0)).toHaveLength(81);
    expect(deleteWrites(full, 0, true)).toHaveLength(42);
  });
});
