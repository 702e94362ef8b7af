import { judgeClaims } from '../../../../lambda/domain/token/judge-claims';
import type { TokenRules } from '../../../../lambda/domain/token/ports';
import type { TokenError } from '../../../../lambda/domain/token/token-error';

const RULES: TokenRules = {
  kind: 'oidc',
  issuer: 'https://issuer.example',
  audience: ['app'],
  userClaim: 'sub',
  groupsClaim: 'groups',
  requiredScopes: [],
  trustedClients: [],
};
const TRUSTING = { ...RULES, trustedScope: 'images/act', trustedClients: ['backend'] };

function judge(claims: object, rules: Partial<TokenRules> = {}): unknown {
  try {
    return judgeClaims({ exp: 1000, sub: 'alice', ...claims }, { ...RULES, ...rules }) ?? 'forbidden';
  } catch (error) {
    return (error as TokenError).fault;
  }
}

const listGroups = (groups: unknown) => (judge({ groups }) as { caller?: { groups: string[] } }).caller?.groups;

test('reads the user and the end of the token', () => {
  expect(judge({})).toEqual({ expires: 1000, caller: { userId: 'alice', groups: [] } });
  expect(judge({ exp: 1000.9 })).toMatchObject({ expires: 1000 });
  expect(judge({ exp: 1e300 })).toMatchObject({ expires: 999_999_999_999 });
});

test.each([[undefined], ['1000'], [null], [NaN], [-1]])('rejects %p for an end', exp => {
  expect(judge({ exp })).toBe('no exp');
});

describe('the user', () => {
  test('is in the claim that the service names', () => {
    const claims = { 'email': 'alice@example.com', 'https://app.example/user': 'auth0|a-1' };
    expect(judge(claims, { userClaim: 'email' })).toMatchObject({ caller: { userId: 'alice@example.com' } });
    expect(judge(claims, { userClaim: 'https://app.example/user' })).toMatchObject({ caller: { userId: 'auth0|a-1' } });
  });

  test.each([[undefined], [''], [null], [5], [['alice']], [{ id: 'alice' }], ['a b'], ['a/b'], ['a#b'], ['a'.repeat(129)]])(
    'cannot be %j', sub => { expect(judge({ sub })).toBe('no user'); },
  );

  test('is no property that all objects have', () => {
    expect(judge({}, { userClaim: 'toString' })).toBe('no user');
  });
});

describe('groups', () => {
  test.each<[string, unknown, string[]]>([
    ['a list', ['b', 'a'], ['b', 'a']],
    ['one text is one group', 'editors', ['editors']],
    ['a text with blanks is no group', 'editors admins', []],
    ['an empty text is no group', '', []],
    ['no claim', undefined, []],
    ['null', null, []],
    ['those that do not match are ignored', ['a', 'b c', '', 'ü', 5, null, ['d'], { e: 1 }, 'f'], ['a', 'f']],
  ])('%s: %j', (_what, groups, expected) => {
    expect(listGroups(groups)).toEqual(expected);
  });

  test.each([[5], [true], [{ a: 1 }]])('of a wrong type, %j, make the token invalid', groups => {
    expect(judge({ groups })).toBe('claim type');
  });

  test('count while they fit 4,000 bytes with their commas', () => {
    // 31 groups of 128 bytes and 30 commas have 3,998 bytes.
    const long = Array.from({ length: 31 }, (_, i) => String(i).padStart(128, 'g'));
    expect(listGroups(long)).toEqual(long);
    expect(listGroups([...long, 'x'])).toEqual([...long, 'x']);
    expect(listGroups([...long, 'xy'])).toEqual(long);
  });

  test('end with the first that does not fit, though a later one would', () => {
    const long = Array.from({ length: 31 }, (_, i) => String(i).padStart(128, 'g'));
    expect(listGroups([...long, 'xy', 'z'])).toEqual(long);
    expect(listGroups([...long, 'not a group', 'z'])).toEqual([...long, 'z']);
  });

  test('are in the claim that the service names', () => {
    expect(judge({ 'cognito:groups': ['a'], 'groups': ['b'] }, { groupsClaim: 'cognito:groups' }))
      .toMatchObject({ caller: { groups: ['a'] } });
  });
});

describe('a required scope', () => {
  const rules = { requiredScopes: ['images/use', 'images/see'] };

  test.each<[unknown, string]>([
    [undefined, 'forbidden'], ['', 'forbidden'], ['images/use', 'forbidden'], ['images/use images/se', 'forbidden'],
    ['images/use images/SEE', 'forbidden'], ['images/use,images/see', 'forbidden'], ['images/use\timages/see', 'forbidden'],
    [['images/use', 'images/see'], 'claim type'],
  ])('is missing in %j', (scope, outcome) => {
    expect(judge({ scope }, rules)).toBe(outcome);
  });

  test.each(['images/see images/use', '  images/use   x images/see '])('is a word of %j', scope => {
    expect(judge({ scope }, rules)).toMatchObject({ caller: { userId: 'alice' } });
  });

  test('is required of a trusted token, too', () => {
    const trusted = { ...TRUSTING, ...rules };
    expect(judge({ scope: 'images/act', azp: 'backend' }, trusted)).toBe('forbidden');
    expect(judge({ scope: 'images/act images/use images/see', azp: 'backend' }, trusted)).toEqual({ expires: 1000 });
  });

  test('is asked for after the user: a token without one is not valid', () => {
    expect(judge({ sub: '' }, rules)).toBe('no user');
  });
});

describe('a trusted token', () => {
  test.each([{ azp: 'backend' }, { client_id: 'backend' }, { azp: 'backend', client_id: 'other' }])(
    'names nobody, with the client %j', client => {
      expect(judge({ ...client, scope: 'images/act' }, TRUSTING)).toEqual({ expires: 1000, caller: undefined });
    },
  );

  test('needs no claims of its own', () => {
    expect(judge({ sub: undefined, groups: 5, scope: 'images/act', azp: 'backend' }, TRUSTING)).toEqual({ expires: 1000 });
  });

  test.each([
    {}, { azp: 'browser' }, { client_id: 'browser' }, { azp: ['backend'] }, { azp: 'browser', client_id: 'backend' },
    { azp: 'Backend' }, { azp: '*' },
  ])('is not one of the client %j', client => {
    expect(judge({ ...client, scope: 'images/act' }, TRUSTING)).toMatchObject({ caller: { userId: 'alice' } });
  });

  test.each(['images/ac', 'images/act2', 'IMAGES/ACT', ''])('is not one with the scope %j', scope => {
    expect(judge({ azp: 'backend', scope }, TRUSTING)).toMatchObject({ caller: { userId: 'alice' } });
  });

  test('needs a configured scope', () => {
    const rules = { ...TRUSTING, trustedScope: undefined };
    expect(judge({ azp: 'backend', scope: 'undefined images/act' }, rules)).toMatchObject({ caller: { userId: 'alice' } });
  });

  test('is one of any client where the local server says so', () => {
    expect(judge({ scope: 'images/act' }, { ...TRUSTING, trustedClients: ['*'] })).toEqual({ expires: 1000 });
  });
});

describe('the tenant', () => {
  test('is ignored where tenancy is off', () => {
    expect(judge({ tenant: 't1' })).toEqual({ expires: 1000, caller: { userId: 'alice', groups: [] } });
  });

  test('is required where it is on', () => {
    const rules = { tenantClaim: 'tenant' };
    expect(judge({ tenant: 't1' }, rules)).toMatchObject({ caller: { tenantId: 't1', userId: 'alice' } });
    for (const tenant of [undefined, '', 'a b', 5]) expect(judge({ tenant }, rules)).toBe('no tenant');
  });
});
