import fc from 'fast-check';
import { mergePaths } from '../../../lambda/domain/deliver/merge-paths';

const image = (user: string, n: number, tenant = '_') => `/${tenant}/${user}/01IMAGE${n}`;
const images = (user: string, count: number, tenant?: string) => Array.from({ length: count }, (_, n) => image(user, n, tenant));

test.each<[string, string[], string[]]>([
  ['few images stand for themselves', images('alice', 3), images('alice', 3).map(path => `${path}/*`)],
  ['one image asked for often is one', [image('alice', 1), image('alice', 1)], [`${image('alice', 1)}/*`]],
  ['a hundred of one user are one path', images('alice', 100), ['/_/alice/*']],
  ['five of one user are one path, though more would do', images('alice', 5), ['/_/alice/*']],
  ['four of one user are four', images('alice', 4), images('alice', 4).map(path => `${path}/*`)],
  ['another user\'s image stays apart', [...images('alice', 100), image('bob', 1)], ['/_/alice/*', `${image('bob', 1)}/*`]],
  ['too many users become their tenant', Array.from({ length: 6 }, (_, n) => image(`user${n}`, n, 't1')), ['/t1/*']],
  ['too many tenants become everything', Array.from({ length: 6 }, (_, n) => image('alice', n, `t${n}`)), ['/*']],
  ['before a character that CloudFront refuses it ends', [image('alice~40example~2Ecom', 1)], ['/_/alice*']],
  ['users who are alike until then are one', [image('alice~40a', 1), image('alice~40b', 2), image('alice', 3)], ['/_/alice*', `${image('alice', 3)}/*`]],
  ['a tenant ends there as well', [image('alice', 1, 'a~2Eb')], ['/a*']],
  ['nothing is nothing', [], []],
])('%s', (_, paths, wildcards) => {
  expect([...mergePaths(paths, 5).keys()].sort()).toEqual([...wildcards].sort());
});

const name = fc.constantFrom('a', 'b', 'ab', 'a-b', '~2E');
const path = fc.tuple(fc.constantFrom('_', 't1', 't2'), name, fc.nat(20)).map(([tenant, user, n]) => image(user, n, tenant));

test('whatever is asked for is covered by the wildcard that says so, in no more than there may be', () => {
  fc.assert(fc.property(fc.array(path, { maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (paths, most) => {
    const merged = mergePaths(paths, most);
    expect(merged.size).toBeLessThanOrEqual(most);
    for (const [wildcard, covered] of merged) expect(covered.every(found => `${found}/`.startsWith(wildcard.slice(0, -1)) && /^\/[^~]*\*$/.test(wildcard))).toBe(true);
    expect([...merged.values()].flat().sort()).toEqual([...new Set(paths)].sort());
  }));
});
