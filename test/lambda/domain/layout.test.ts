import fc from 'fast-check';
import { canBeId, freshId, idempotentId } from '../../../lambda/domain/image-id';
import { ownerOf, tenantSegment, userSegment } from '../../../lambda/domain/principal';
import { originalKey } from '../../../src/contract';

const name = fc.stringMatching(/^[A-Za-z0-9._@|:+=-]{1,128}$/);
const tenant = fc.option(name, { nil: undefined });

describe('segments and keys', () => {
  test('a tenant is the first 26 base-32 characters of SHA-256 of its id', () => {
    // `printf acme | sha256sum`, read as a number in Crockford's base 32.
    expect(tenantSegment({ tenantId: 'acme', userId: 'x' })).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
    expect(tenantSegment({ userId: 'x' })).toBe('_');
  });

  test.each([['alice', 'alice'], ['a.b@c', 'a~2Eb~40c'], ['a|b:c+d=e-f_g', 'a~7Cb~3Ac~2Bd~3De-f_g']])('the user %s is written %s', (user, segment) => {
    expect(userSegment(user)).toBe(segment);
  });

  test('no key holds a character that URLs, policies or paths read as their own', () => {
    fc.assert(fc.property(tenant, name, fc.integer({ min: 0, max: 2 ** 47 }), (tenantId, userId, now) => {
      const principal = { tenantId, userId };
      const id = freshId(principal, now, new Uint8Array(10).fill(7));
      expect(originalKey(tenantSegment(principal), userSegment(userId), id, 'ff')).toMatch(/^originals\/[a-z0-9_]+\/[A-Za-z0-9_~-]+\/[A-Za-z0-9._~-]{1,200}\/ff$/);
    }));
  });

  test('different principals never share a segment, an owner or an idempotent id', () => {
    fc.assert(fc.property(tenant, name, tenant, name, (tenantA, userA, tenantB, userB) => {
      fc.pre(tenantA !== tenantB || userA !== userB);
      const [a, b] = [{ tenantId: tenantA, userId: userA }, { tenantId: tenantB, userId: userB }];
      expect(ownerOf(a)).not.toBe(ownerOf(b));
      expect(`${tenantSegment(a)}/${userSegment(userA)}`).not.toBe(`${tenantSegment(b)}/${userSegment(userB)}`);
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
