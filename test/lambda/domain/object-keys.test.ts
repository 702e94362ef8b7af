import fc from 'fast-check';
import { buildOwner, type Caller, computeTenantSegment, computeUserSegment } from '../../../lambda/domain/caller';
import { canBeId, createId, deriveId } from '../../../lambda/domain/image-id';
import {
  buildDeliveryPath, buildOriginalKey, buildPublicPath, buildPublicPrefix, buildVariantPrefix, PUBLIC_SEGMENT, SEGMENTS,
} from '../../../src/contract';

const name = fc.stringMatching(/^[A-Za-z0-9._@|:+=-]{1,128}$/);
const tenant = fc.option(name, { nil: undefined });

describe('segments and keys', () => {
  // Python, with its own base 32:
  //   import hashlib, json
  //   def segment(text):
  //     n = int.from_bytes(hashlib.sha256(text.encode()).digest(), 'big')
  //     return ''.join('0123456789abcdefghjkmnpqrstvwxyz'[n >> 5 * i & 31] for i in range(51, 25, -1))
  //   segment('acme'), segment(json.dumps([None, 'alice'], separators=(',', ':')))
  test.each<[Caller, string, string]>([
    [{ userId: 'alice' }, '_', '0p2c4k60kcf4wwp0d2fsez8ge1'],
    [{ userId: 'alice@example.com' }, '_', '17vtbxpt6ctqt50nxy6d1d0h8w'],
    [{ userId: 'auth0|x' }, '_', '185ebdyt2zcjvs5zgp1zpmj1c3'],
    [{ userId: 'auth0|y' }, '_', '03nh8azvm5j01hcyz430qzs20v'],
    [{ userId: '+4917012345678' }, '_', '1j65vczhw5fcsjqb96xbv0dvzk'],
    [{ tenantId: 'acme', userId: 'alice' }, '10hb6eprfga8m2h0mpx7snfbsa', '094sa16zsg1cebgnhkft5tm6vf'],
  ])('%j has the segments of SHA-256', (principal, tenantHash, userHash) => {
    expect([computeTenantSegment(principal), computeUserSegment(principal)]).toEqual([tenantHash, userHash]);
  });

  test('a tenant named like a user gets another segment', () => {
    expect(computeTenantSegment({ tenantId: 'alice', userId: 'alice' })).not.toBe(
      computeUserSegment({ userId: 'alice' }),
    );
  });

  test('every key has segments of the contract\'s shapes, and no character of the caller', () => {
    fc.assert(fc.property(tenant, name, fc.integer({ min: 0, max: 2 ** 47 }), (tenantId, userId, now) => {
      const principal = { tenantId, userId };
      const id = createId(principal, now, new Uint8Array(10).fill(7));
      const key = buildOriginalKey(computeTenantSegment(principal), computeUserSegment(principal), id, 'ff');
      expect(key).toMatch(/^originals\/[a-z0-9_]+\/[a-z0-9]{26}\/[a-zA-Z0-9.]+\/ff$/);
      expect(buildDeliveryPath(key)).toMatch(new RegExp(`^/${SEGMENTS.TENANT}/${SEGMENTS.USER}/${SEGMENTS.IMAGE_ID}$`));
    }));
  });

  test('no private path or key is a public one: no tenant and no user has the segment `public`', () => {
    for (const segment of [SEGMENTS.TENANT, SEGMENTS.USER]) expect(PUBLIC_SEGMENT).not.toMatch(new RegExp(`^${segment}$`));
    fc.assert(fc.property(fc.constantFrom(undefined, 'public'), fc.constantFrom('public', 'alice'), (tenantId, userId) => {
      const principal = { tenantId, userId };
      const key = buildOriginalKey(computeTenantSegment(principal), computeUserSegment(principal), 'id', 'ff');
      expect(buildVariantPrefix(key).startsWith('variants/public/')).toBe(false);
      expect(buildPublicPrefix(key)).toBe(buildVariantPrefix(key).replace('variants/', 'variants/public/'));
      expect(buildPublicPath(key)).toBe(`/public${buildDeliveryPath(key)}`);
    }));
  });

  test('different principals never share a segment, an owner or an idempotent id', () => {
    fc.assert(fc.property(tenant, name, tenant, name, (tenantA, userA, tenantB, userB) => {
      fc.pre(tenantA !== tenantB || userA !== userB);
      const [a, b] = [{ tenantId: tenantA, userId: userA }, { tenantId: tenantB, userId: userB }];
      expect(buildOwner(a)).not.toBe(buildOwner(b));
      expect(computeUserSegment(a)).not.toBe(computeUserSegment(b));
      expect(deriveId(a, 'key')).not.toBe(deriveId(b, 'key'));
    }));
  });
});

describe('image ids', () => {
  test('sort by time', () => {
    const at = (now: number) => createId({ userId: 'u' }, now, new Uint8Array(10).fill(255));
    expect([at(1), at(2 ** 40), at(1_700_000_000_000)].sort()).toEqual(
      [at(1), at(1_700_000_000_000), at(2 ** 40)].sort((a, b) => (a < b ? -1 : 1)),
    );
    expect(at(1_700_000_000_000) < at(1_700_000_000_001)).toBe(true);
  });

  test('begin with the time of the example in the ULID specification', () => {
    // https://github.com/ulid/spec: 01ARZ3NDEKTSV4RRFFQ69G5FAV was made at 1469922850259.
    expect(createId({ userId: 'u' }, 1469922850259, new Uint8Array(10)).slice(0, 10)).toBe('01ARZ3NDEK');
  });

  test('canBeId accepts each created id and denies changed ones', () => {
    fc.assert(fc.property(tenant, name, fc.string({ maxLength: 128 }), (tenantId, userId, key) => {
      const principal = { tenantId, userId };
      expect(canBeId(principal, deriveId(principal, key))).toBe(true);
      expect(canBeId(principal, deriveId(principal, key).toLowerCase().replace(/.$/, 'u'))).toBe(false);
      expect(canBeId({ tenantId: 'another', userId }, deriveId(principal, key))).toBe(tenantId === 'another');
    }));
  });

  test.each([
    '', 'x', '01ARZ3NDEKTSV4RRFFQ69G5FA', '01ARZ3NDEKTSV4RRFFQ69G5FAVV', '81ARZ3NDEKTSV4RRFFQ69G5FAV',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV#tag:x', '../../etc',
  ])(
    'no image can be called %j', id => {
      expect(canBeId({ userId: 'u' }, id)).toBe(false);
    });
});
