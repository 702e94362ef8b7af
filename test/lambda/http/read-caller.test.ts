import type { Viewer } from '../../../lambda/domain/caller';
import type { ProblemError } from '../../../lambda/domain/errors';
import { readCaller } from '../../../lambda/http/read-caller';
import type { AccessMode } from '../../../src/contract';

const NOW = Date.UTC(2026, 10, 30, 12);
const SECONDS = NOW / 1000;

type Headers = Record<string, string | string[]>;
type Context = Record<string, unknown>;

function read(access: AccessMode, headers: Headers, authorizer?: Context): Viewer {
  const values = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
  return readCaller({
    method: 'GET',
    resource: '/images',
    path: '/images',
    parameters: {},
    query: new Map(),
    headers: new Map(values),
    body: Buffer.alloc(0),
    requestId: 'r',
    authorizer,
  }, access, NOW);
}

/** Code and named header of the problem. */
function findProblem(access: AccessMode, headers: Headers, authorizer?: Context): string {
  try {
    return JSON.stringify(read(access, headers, authorizer));
  } catch (error) {
    const { code, extras } = error as ProblemError;
    return [code, ...(extras.errors as { path: string }[] | undefined ?? []).map(({ path }) => path)].join(' ');
  }
}

const ALICE = { user_id: 'alice', exp: String(SECONDS + 300) };
const TRUSTED = { trusted: 'true', exp: String(SECONDS + 300) };
const GROUPS = (length: number) => Array.from({ length }, (_, i) => `g${i}`).join(',');

/** The ways to be trusted: one rule holds for all of them. */
const TRUST: [string, AccessMode, Context | undefined][] = [
  ['a backend in iam mode', 'iam', undefined],
  ['a trusted token', 'jwt', TRUSTED],
  ['a custom authorizer that trusts', 'custom', { trusted: 'true' }],
];

describe.each(TRUST)('%s', (_name, access, context) => {
  test.each<[string, Headers, Viewer]>([
    ['a user', { 'x-user-id': 'alice' }, { userId: 'alice', groups: [] }],
    [
      'groups, once each and in their order', { 'x-user-id': 'alice', 'x-user-groups': 'b,a,b' },
      { userId: 'alice', groups: ['b', 'a'] },
    ],
    ['no groups by an empty list', { 'x-user-id': 'alice', 'x-user-groups': '' }, { userId: 'alice', groups: [] }],
    [
      '100 groups, repeats included', { 'x-user-id': 'alice', 'x-user-groups': 'g,'.repeat(99) + 'g' },
      { userId: 'alice', groups: ['g'] },
    ],
    ['the service', { 'x-act-as': 'service' }, { service: true }],
    ['a user beside empty headers', { 'x-user-id': 'a', 'x-act-as': '', 'x-tenant-id': '' }, { userId: 'a', groups: [] }],
    ['the service beside empty headers', { 'x-act-as': 'service', 'x-user-groups': '', 'x-tenant-id': '' }, {
      service: true,
    }],
  ])('names %s', (_what, headers, viewer) => {
    expect(read(access, headers, context)).toEqual(viewer);
  });

  test.each<[string, Headers, string]>([
    ['nobody', {}, 'unauthenticated'],
    ['groups without a user', { 'x-user-groups': 'a' }, 'unauthenticated'],
    ['an empty user', { 'x-user-id': '' }, 'unauthenticated'],
    ['an empty user beside the service', { 'x-user-id': '', 'x-act-as': 'service' }, 'unauthenticated'],
    ['an impossible user', { 'x-user-id': 'a/b' }, 'invalid-principal x-user-id'],
    ['a user of 129 characters', { 'x-user-id': 'a'.repeat(129) }, 'invalid-principal x-user-id'],
    ['two users', { 'x-user-id': ['a', 'a'] }, 'invalid-principal x-user-id'],
    ['groups twice', { 'x-user-id': 'a', 'x-user-groups': ['a', 'b'] }, 'invalid-principal x-user-groups'],
    ['an empty entry', { 'x-user-id': 'a', 'x-user-groups': 'a,,b' }, 'invalid-principal x-user-groups'],
    ['an entry after the last comma', { 'x-user-id': 'a', 'x-user-groups': 'a,' }, 'invalid-principal x-user-groups'],
    ['a blank in the list', { 'x-user-id': 'a', 'x-user-groups': 'a, b' }, 'invalid-principal x-user-groups'],
    ['101 groups', { 'x-user-id': 'a', 'x-user-groups': GROUPS(101) }, 'invalid-principal x-user-groups'],
    ['one group 101 times', {
      'x-user-id': 'a', 'x-user-groups': `${'g,'.repeat(100)}g`,
    }, 'invalid-principal x-user-groups'],
    ['a tenant', { 'x-user-id': 'a', 'x-tenant-id': 't' }, 'invalid-principal x-tenant-id'],
    ['a tenant twice', { 'x-user-id': 'a', 'x-tenant-id': ['', ''] }, 'invalid-principal x-tenant-id'],
    ['the service of a tenant', { 'x-act-as': 'service', 'x-tenant-id': 't' }, 'invalid-principal x-tenant-id'],
    ['another role', { 'x-act-as': 'admin' }, 'invalid-principal x-act-as'],
    ['the service in upper case', { 'x-act-as': 'Service' }, 'invalid-principal x-act-as'],
    ['another role beside a user', { 'x-act-as': 'admin', 'x-user-id': 'a' }, 'invalid-principal x-act-as'],
    ['the service twice', { 'x-act-as': ['service', 'service'] }, 'invalid-principal x-act-as'],
    ['the service and a user', { 'x-act-as': 'service', 'x-user-id': 'a' }, 'invalid-principal x-user-id'],
    ['the service and groups', { 'x-act-as': 'service', 'x-user-groups': 'a' }, 'invalid-principal x-user-groups'],
  ])('cannot name %s', (_what, headers, problem) => {
    expect(findProblem(access, headers, context)).toBe(problem);
  });
});

describe('a caller that is not trusted', () => {
  test.each<[string, AccessMode, Context, Viewer]>([
    ['a token', 'jwt', ALICE, { userId: 'alice', groups: [] }],
    ['a token with groups', 'jwt', { ...ALICE, groups: 'b,a,b' }, { userId: 'alice', groups: ['b', 'a'] }],
    ['a custom authorizer', 'custom', { user_id: 'alice' }, { userId: 'alice', groups: [] }],
    ['empty values', 'custom', { user_id: 'a', groups: '', tenant_id: '', trusted: '', exp: '' }, {
      userId: 'a', groups: [],
    }],
    ['groups that are none', 'custom', { user_id: 'a', groups: '["a b",1,null,"x",["y"],{}]' }, {
      userId: 'a', groups: ['x'],
    }],
    ['other words than true', 'custom', { user_id: 'a', trusted: 'TRUE' }, { userId: 'a', groups: [] }],
  ])('is the user of %s', (_what, access, context, viewer) => {
    expect(read(access, {}, context)).toEqual(viewer);
  });

  test.each(['x-user-id', 'x-user-groups', 'x-tenant-id', 'x-act-as'])('may not send %s', header => {
    const value = header === 'x-act-as' ? 'service' : 'alice';
    expect(findProblem('jwt', { [header]: value }, ALICE)).toBe(`invalid-principal ${header}`);
    expect(findProblem('custom', { [header]: value }, { user_id: 'alice' })).toBe(`invalid-principal ${header}`);
  });

  test('may send them empty, save the user', () => {
    const empty = { 'x-user-groups': '', 'x-tenant-id': '', 'x-act-as': '' };
    expect(read('jwt', empty, ALICE)).toEqual({ userId: 'alice', groups: [] });
    expect(findProblem('jwt', { ...empty, 'x-user-id': '' }, ALICE)).toBe('unauthenticated');
  });
});

describe('without a valid admission a request is 401', () => {
  test.each<[string, Context | undefined]>([
    ['no context', undefined],
    ['an empty context', {}],
    ['no user', { exp: ALICE.exp }],
    ['an empty user', { ...ALICE, user_id: '' }],
    ['an impossible user', { ...ALICE, user_id: 'a b' }],
    ['an object for a user', { ...ALICE, user_id: {} }],
    ['a list for a user', { ...ALICE, user_id: ['alice'] }],
    ['a list of groups that is no text', { ...ALICE, groups: ['a'] }],
    ['no end', { user_id: 'alice' }],
    ['an end that is no number', { ...ALICE, exp: 'never' }],
    ['an end that has no end', { ...ALICE, exp: 'Infinity' }],
    ['a negative end', { ...ALICE, exp: '-1' }],
    ['an end beyond all clocks', { ...ALICE, exp: '9'.repeat(400) }],
    ['an end 61 seconds ago', { ...ALICE, exp: String(SECONDS - 61) }],
    ['trust that has run out', { ...TRUSTED, exp: String(SECONDS - 61) }],
    ['trust without an end', { trusted: 'true' }],
  ])('%s', (_what, context) => {
    expect(findProblem('jwt', { 'x-user-id': 'alice' }, context)).toBe('unauthenticated');
  });

  test.each(['a,b', '{"length":1}'])('the groups %s of a custom authorizer, which are no JSON array', groups => {
    expect(findProblem('custom', {}, { ...ALICE, groups })).toBe('unauthenticated');
  });

  test('not within the tolerance of the clock', () => {
    expect(read('jwt', {}, { ...ALICE, exp: String(SECONDS - 60) })).toMatchObject({ userId: 'alice' });
  });

  test('with an end that has passed, also where none is required', () => {
    expect(findProblem('custom', {}, { ...ALICE, exp: String(SECONDS - 61) })).toBe('unauthenticated');
    expect(findProblem('custom', {}, { ...ALICE, exp: 'soon' })).toBe('unauthenticated');
  });

  test.each(['jwt', 'custom'] as const)('with two tokens in %s mode', access => {
    expect(findProblem(access, { authorization: ['Bearer a', 'Bearer a'] }, ALICE)).toBe('unauthenticated');
  });

  test('before its headers are checked', () => {
    expect(findProblem('jwt', { 'x-user-id': ['a', 'b'], 'x-act-as': 'admin' })).toBe('unauthenticated');
  });
});

test('an authorizer that names a tenant is refused, since tenancy is off', () => {
  expect(findProblem('custom', {}, { user_id: 'a', tenant_id: 't' })).toBe('invalid-principal');
});

test("a trusted token's own user, groups and tenant name nobody", () => {
  const context = { ...TRUSTED, user_id: 'root', groups: '["admins"]', tenant_id: 't' };
  expect(read('jwt', { 'x-user-id': 'alice' }, context)).toEqual({ userId: 'alice', groups: [] });
  expect(findProblem('jwt', {}, context)).toBe('unauthenticated');
});

describe('in iam mode', () => {
  test.each([ALICE, TRUSTED, { principalId: 'x' }])('a request that an authorizer has admitted is 401: %j', context => {
    expect(findProblem('iam', { 'x-user-id': 'bob' }, context)).toBe('unauthenticated');
    expect(findProblem('iam', { 'x-act-as': 'service' }, context)).toBe('unauthenticated');
  });

  test('an empty context counts as none', () => {
    expect(read('iam', { 'x-user-id': 'bob' }, {})).toMatchObject({ userId: 'bob' });
  });
});
