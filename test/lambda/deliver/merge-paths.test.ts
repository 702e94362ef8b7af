import fc from 'fast-check';
import { computeTenantSegment, computeUserSegment } from '../../../lambda/domain/caller';
import { MAX_IMAGES_OF_USER, mergePaths } from '../../../lambda/domain/deliver/merge-paths';
import { buildDeliveryPath, buildOriginalKey } from '../../../src/contract';

function image(userId: string, n: number, tenantId?: string): string {
  const principal = { tenantId, userId };
  return buildDeliveryPath(
    buildOriginalKey(computeTenantSegment(principal), computeUserSegment(principal), `01IMAGE${n}`, 'nonce'),
  );
}

const images = (userId: string, count: number): string[] => Array.from({ length: count }, (_, n) => image(userId, n));
const open = (path: string): string => `/public${path}`;
const each = (paths: readonly string[]): string[] => paths.map(path => `${path}/*`);
/** `userSegment` of alice. */
const ALICE = '/_/0p2c4k60kcf4wwp0d2fsez8ge1/*';

test.each<[string, string[], string[]]>([
  ['four images of one user are four paths', images('alice', 4), each(images('alice', 4))],
  ['one image named twice is one path', [image('alice', 1), image('alice', 1)], each([image('alice', 1)])],
  ['five images of one user are one path', images('alice', 5), [ALICE]],
  [
    'another user\'s image stays apart', [...images('alice', 100), image('bob', 1)],
    [ALICE, ...each([image('bob', 1)])],
  ],
  ['nothing is nothing', [], []],
  ['five public images of one user are one path of that user', images('alice', 5).map(open), [`/public${ALICE}`]],
  [
    'public and other paths of one image stay apart', [image('alice', 1), open(image('alice', 1))],
    each([image('alice', 1), open(image('alice', 1))]),
  ],
  [
    'five public images of five users are five paths', ['a', 'b', 'c', 'd', 'e'].map(user => open(image(user, 1))),
    each(['a', 'b', 'c', 'd', 'e'].map(user => open(image(user, 1)))),
  ],
])('%s', (_, paths, wildcards) => {
  expect([...mergePaths(paths, MAX_IMAGES_OF_USER).keys()].sort()).toEqual([...wildcards].sort());
});

// `|` and `@` of one identity provider, `+` of telephone numbers, `.` of email addresses. The users share a prefix up
// to the formerly escaped character.
test.each([['auth0|x', 'auth0|y'], ['+491701', '+491702'], ['ann@a.example', 'ann@b.example'], ['a', 'ab']])(
  'a path that %s\'s image is deleted by covers no image of %s', (user, other) => {
    for (const count of [1, 5, 100]) {
      const [wildcard] = mergePaths(images(user, count), MAX_IMAGES_OF_USER).keys();
      expect([wildcard.endsWith('/*'), `${image(other, 0)}/thumb.webp`.startsWith(wildcard.slice(0, -1))]).toEqual([
        true, false,
      ]);
    }
  });

const path = fc.tuple(
  fc.constantFrom(undefined, 't1', 't2'), fc.constantFrom('a', 'b', 'ab', 'a-b', 'a|b', '+4'), fc.nat(20),
)
  .chain(([tenant, user, n]) => fc.constantFrom(image(user, n, tenant), open(image(user, n, tenant))));

test('each wildcard covers the paths it stands for, and nothing beyond their user', () => {
  fc.assert(fc.property(fc.array(path, { maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (paths, mostOfUser) => {
    const merged = mergePaths(paths, mostOfUser);
    for (const [wildcard, covered] of merged) {
      const user = covered[0].split('/').slice(0, -1).join('/');
      expect([covered[0], user]).toContain(wildcard.replace(/\/\*$/, ''));
      expect(covered.every(found => `${found}/`.startsWith(wildcard.slice(0, -1)))).toBe(true);
    }
    expect([...merged.values()].flat().sort()).toEqual([...new Set(paths)].sort());
  }));
});
