import fc from 'fast-check';
import { canBeId, freshId, idempotentId } from '../../../lambda/domain/image-id';
import { ownerOf, type Principal, tenantSegment, userSegment } from '../../../lambda/domain/principal';
import { buildDeliveryPath, buildOriginalKey, SEGMENTS } from '../../../src/contract';

const name = fc.stringMatching(/^[A-Za-z0-9._@|:+=-]{1,128}$/);
const tenant = fc.option(name, { nil: undefined });

describe('segments and keys', () => {
  // Python, with its own base 32:
  //   import hashlib, json
  //   def segment(text):
  //     n = int.from_bytes(hashlib.sha256(text.encode()).digest(), 'big')
  //     return ''.join('0123456789abcdefghjkmnpqrstvwxyz'[n >> 5 * i & 31] for i in range(51, 25, -1))
  //   segment('acme'), segment(json.dumps([None, 'alice'], separators=(',', ':')))
  test.each<[Principal, string, string]>([
    [{ userId: 'alice' }, '_', '0p2c4k60kcf4wwp0d2fsez8ge1'],
    [{ userId: 'alice@example.com' }, '_', '17vtbxpt6ctqt50nxy6d1d0h8w'],
    [{ userId: 'auth0|x' }, '_', '185ebdyt2zcjvs5zgp1zpmj1c3'],
    [{ userId: 'auth0|y' }, '_', '03nh8azvm5j01hcyz430qzs20v'],
    [{ userId: '+4917012345678' }, '_', '1j65vczhw5fcsjqb96xbv0dvzk'],
    [{ tenantId: 'acme', userId: 'alice' }, '10hb6eprfga8m2h0mpx7snfbsa', '094sa16zsg1cebgnhkft5tm6vf'],
  ])('%j has the segments of SHA-256', (principal, tenantHash, userHash) => {
    expect([tenantSegment(principal), userSegment(principal)]).toEqual([tenantHash, userHash]);
  });

  test('a tenant named like a user gets another segment', () => {
    expect(tenantSegment({ tenantId: 'alice', userId: 'alice' })).not.toBe(userSegment({ userId: 'alice' }));
  });

  test('every key has segments of the contract\'s shapes, and no character of the caller', () => {
    fc.assert(fc.property(tenant, name, fc.integer({ min: 0, max: 2 ** 47 }), (tenantId, userId, now) => {
      const principal = { tenantId, userId };
      const id = freshId(principal, now, new Uint8Array(10).fill(7));
      const key = buildOriginalKey(tenantSegment(principal), userSegment(principal), id, 'ff');
      expect(key).toMatch(/^originals\/[a-z0-9_]+\/[a-z0-9]{26}\/[a-zA-Z0-9.]+\/ff$/);
      expect(buildDeliveryPath(key)).toMatch(new RegExp(`^/${SEGMENTS.TENANT}/${SEGMENTS.USER}/${SEGMENTS.IMAGE_ID}$`));
    }));
  });

  test('different principals never share a segment, an owner or an idempotent id', () => {
    fc.assert(fc.property(tenant, name, tenant, name, (tenantA, userA, tenantB, userB) => {
      fc.pre(tenantA !== tenantB || userA !== userB);
      const [a, b] = [{ tenantId: tenantA, userId: userA }, { tenantId: tenantB, userId: userB }];
      expect(ownerOf(a)).not.toBe(ownerOf(b));
      expect(userSegment(a)).not.toBe(userSegment(b));
      expect(idempotentId(a, 'key')).not.toBe(idempotentId(b, 'key'));
    }));
  });
});

describe('image ids', () => {
  test('sort by time', () => {
    const at = (now: number) => freshId({ userId: 'u' }, now, new Uint8Array(10).fill(255));
    expect([at(1), at(2 ** 40), at(1_700_000_000_000)].sort()).toEqual([at(1), at(1_700_000_000_000), at(2 ** 40)].sort((a, b) => (a < b ? -1 : 1)));
    expect(at(1_700_000_000_000) < at(1_700_000_000_001)).toBe(true);
  });

  test('the ULID specification\'s own example', () => {
    // https://github.com/ulid/spec: 01ARZ3NDEKTSV4RRFFQ69G5FAV was made at 1469922850259.
    expect(freshId({ userId: 'u' }, 1469922850259, new Uint8Array(10)).slice(0, 10)).toBe('01ARZ3NDEK');
  });

  test('every id that is made can be one, and no other text can', () => {
    fc.assert(fc.property(tenant, name, fc.string({ maxLength: 128 }), (tenantId, userId, key) => {
      const principal = { tenantId, userId };
      expect(canBeId(principal, idempotentId(principal, key))).toBe(true);
      expect(canBeId(principal, idempotentId(principal, key).toLowerCase().replace(/.$/, 'u'))).toBe(false);
      expect(canBeId({ tenantId: 'another', userId }, idempotentId(principal, key))).toBe(tenantId === 'another');
    }));
  });

  test.each(['', 'x', '01ARZ3NDEKTSV4RRFFQ69G5FA', '01ARZ3NDEKTSV4RRFFQ69G5FAVV', '81ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAV#tag:x', '../../etc'])(
    'no image can be called %j', id => {
      expect(canBeId({ userId: 'u' }, id)).toBe(false);
    });
});
