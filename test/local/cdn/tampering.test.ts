import { sign } from 'node:crypto';
import { ALICE, BOB, IMAGE, OTHER, startCdn, type TestCdn } from './cdn';
import { generateSigningKey } from '../../../local/cdn/key-file';
import {
  signCookies, formatCookies, buildPolicy, signQuery, formatQuery, signedParameters, urlSafe,
} from '../../support/cdn-signer';

/** Changes of a validly signed request. */
let cdn: TestCdn;
beforeAll(async () => { cdn = await startCdn(); });
afterAll(async () => cdn.close());

const PATH = `/cdn${IMAGE}/thumb`;
const soon = (): number => Math.floor(Date.now() / 1000) + 600;
const resource = (path: string): string => `${cdn.base}${path}/*`;
const parameters = (): Record<string, string> =>
  signedParameters(cdn.key, buildPolicy({ resource: resource(IMAGE), until: soon() }));

/** The value with one character changed, removed, doubled or added, at positions all over it. */
function edits(value: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const at = Math.floor(i * value.length / count);
    const other = value[at] === 'A' ? 'B' : 'A';
    const [before, after] = [value.slice(0, at), value.slice(at + 1)];
    return [before + other
      + after, before + after, before + value[at] + value[at] + after, `${before}${value[at]}~${after}`][i % 4];
  }).filter(edited => edited !== value);
}

/** Changes of the four values, for a query and for cookies. */
function changedValues(): [what: string, changed: Record<string, string>][] {
  const good = parameters();
  const with_ = (name: string, value: string): Record<string, string> => ({ ...good, [name]: value });
  const resigned = (policy: string, key = cdn.key): Record<string, string> => ({
    ...signedParameters(key, policy),
    'Key-Pair-Id': cdn.key.keyId,
  });
  const later = buildPolicy({ resource: resource(IMAGE), until: soon() + 3600 });
  const [stranger, odd] = [generateSigningKey(), buildPolicy({ resource: resource(IMAGE), until: soon() })];
  const without = (name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(good).filter(([other]) => other !== name));
  return [
    ...edits(good.Policy, 45).map(value => ['the policy', with_('Policy', value)] as [string, Record<string, string>]),
    ...edits(good.Signature, 45).map(
      value => ['the signature', with_('Signature', value)] as [string, Record<string, string>],
    ),
    ...edits(good['Key-Pair-Id'], 14).map(
      value => ['the key id', with_('Key-Pair-Id', value)] as [string, Record<string, string>],
    ),
    ...['SHA1', 'sha256', 'SHA512', 'none', '', 'SHA-256'].map(
      value => ['the hash', with_('Hash-Algorithm', value)] as [string, Record<string, string>],
    ),
    ...Object.keys(good).map(name => [`no ${name}`, without(name)] as [string, Record<string, string>]),
    ['a later policy under the old signature', with_('Policy', urlSafe(Buffer.from(later)))],
    ['a policy for everything', with_('Policy', urlSafe(Buffer.from(buildPolicy({ resource: '*', until: soon() }))))],
    ['a key of a stranger', resigned(odd, stranger)],
    ['a key of a stranger, by its own id', signedParameters(stranger, odd)],
    [
      'a time that is over',
      signedParameters(cdn.key, buildPolicy({ resource: resource(IMAGE), until: Math.floor(Date.now() / 1000) })),
    ],
    ['a signature of nothing', with_('Signature', urlSafe(sign('sha256', Buffer.alloc(0), cdn.key.privateKey)))],
    ['the signature as hexadecimal', with_('Signature', Buffer.from(good.Signature).toString('hex'))],
    ['no bytes of signature', with_('Signature', '')],
    ['a key id of a prototype', with_('Key-Pair-Id', '__proto__')],
  ];
}

/** Policies with valid signatures that must be rejected. */
function strangePolicies(): string[] {
  const date = { DateLessThan: { 'AWS:EpochTime': soon() } };
  const statement = { Resource: resource(IMAGE), Condition: date };
  return [
    '', '{', 'null', '[]', '"*"', '{}', '{"Statement":[]}', '{"Statement":{}}',
    ...[
      { Statement: [statement, statement] }, { Statement: [statement], Version: '1' },
      { Statement: [{ Resource: statement.Resource }] },
      { Statement: [{ Condition: date }] }, { Statement: [{ ...statement, Condition: {} }] },
      { Statement: [{ ...statement, Resource: [statement.Resource] }] },
      { Statement: [{ ...statement, Effect: 'Allow' }] },
      { Statement: [{ ...statement, Condition: { ...date, IpAddress: { 'AWS:SourceIp': '0.0.0.0/0' } } }] },
      { Statement: [{ ...statement, Condition: { DateLessThan: { 'AWS:EpochTime': `${soon()}` } } }] },
      { Statement: [{ ...statement, Condition: { DateLessThan: { 'AWS:EpochTime': 1e300 } } }] },
      { Statement: [{ ...statement, Condition: { ...date, DateGreaterThan: { 'AWS:EpochTime': soon() } } }] },
      { Statement: [{ ...statement, Resource: '' }] }, { Statement: [{ ...statement, Resource: resource(OTHER) }] },
      { Statement: [{ ...statement, Resource: `${cdn.base}${IMAGE}` }] },
      { Statement: [{ ...statement, Resource: `${cdn.base}${IMAGE}/thum?.avif` }] },
      { Statement: [{ ...statement, Resource: resource(IMAGE).replace('http:', 'https:') }] },
      { Statement: [{ ...statement, Resource: resource(IMAGE).replace('127.0.0.1', '127.0.0.2') }] },
      { Statement: [{ ...statement, Resource: resource(IMAGE).replace('/cdn', '') }] },
    ].map(policy => JSON.stringify(policy)),
  ];
}

/** Other paths with a query that is valid for one image. */
function otherPaths(): string[] {
  const image = IMAGE.split('/').at(-1)!;
  return [
    OTHER, `/_/${BOB}`, `/_/${ALICE}`, `/_/${BOB}/${image}`, `/t/${ALICE}/${image}`, `/_/${ALICE}/${image}0`,
    `/_/${ALICE}/${image.slice(1)}`, `/_/${ALICE.toUpperCase()}/${image}`,
    `/_/${ALICE}/${image.toLowerCase()}`, `/_//${ALICE}/${image}`, `//_/${ALICE}/${image}`, `/_/${ALICE}/x/${image}`,
    `/_/%30${ALICE.slice(1)}/${image}`, `/_/${ALICE}/../${ALICE}/${image}`,
    `/./_/${ALICE}/${image}`, `/x/..${IMAGE}`, `/_/${ALICE}%2F${image}`, `/_/${ALICE}/${image}%2F`, '', '/*', '/_/*',
    `/_/${ALICE}/*`, `/_/${ALICE}/${image}*`,
  ].map(path => `/cdn${path}/thumb`);
}

let refused = 0;

async function expectForbidden(what: string, target: string, headers: Record<string, string> = {}): Promise<void> {
  const { status } = await cdn.send(target, headers);
  expect({ what, target: target.slice(0, 200), status }).toEqual({ what, target: target.slice(0, 200), status: 403 });
  refused++;
}

test('changed values in a query', async () => {
  for (const [what, changed] of changedValues()) await expectForbidden(what, `${PATH}?${formatQuery(changed)}`);
});

test('changed values in cookies', async () => {
  for (const [what, changed] of changedValues()) await expectForbidden(what, PATH, { cookie: formatCookies(changed) });
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~';

/** The same bytes: without padding, with more padding, in plain base64, and with unused bits set. */
function otherWritings(value: string): string[] {
  const bare = value.replace(/_+$/, '');
  const spare = bare.slice(0, -1) + ALPHABET[ALPHABET.indexOf(bare.at(-1)!) + 1];
  return [bare, `${value}_`, value.replaceAll('_', '='), value.replace(bare, spare)];
}

test('the same policy and signature, written another way', async () => {
  // A signature has 70 to 72 bytes, and the lengths of these two policies differ by two. So both soon need padding.
  const grants = Array.from(
    { length: 100 },
    (_, i) => signedParameters(cdn.key, buildPolicy({ resource: resource(i % 2 ? '' : '/_'), until: soon() })),
  );
  const padded = grants.find(({ Policy, Signature }) => Policy.endsWith('_') && Signature.endsWith('_'))!;
  for (const name of ['Policy', 'Signature']) {
    for (const value of otherWritings(padded[name])) {
      await expectForbidden(name, `${PATH}?${formatQuery({ ...padded, [name]: value })}`);
    }
  }
});

test('policies that are rightly signed and say something else', async () => {
  for (const policy of strangePolicies()) {
    await expectForbidden(policy, `${PATH}?${formatQuery(signedParameters(cdn.key, policy))}`);
    await expectForbidden(policy, PATH, { cookie: formatCookies(signedParameters(cdn.key, policy)) });
  }
});

test('other paths, users, images', async () => {
  for (const path of otherPaths()) {
    await expectForbidden('another path', `${path}?${formatQuery(parameters())}`);
    await expectForbidden('another path by cookies', path, { cookie: formatCookies(parameters()) });
  }
});

test('names that are given twice, in another case, or with a host of another', async () => {
  const good = parameters();
  for (const [name, value] of Object.entries(good)) {
    await expectForbidden('twice', `${PATH}?${formatQuery(good)}&${name}=${value}`);
    await expectForbidden('in lower case', `${PATH}?${formatQuery(good).replace(name, name.toLowerCase())}`);
    await expectForbidden('twice in cookies', PATH, { cookie: `${formatCookies(good)}; CloudFront-${name}=${value}` });
  }
  for (const host of ['evil.example', 'localhost', '127.0.0.1', '']) {
    await expectForbidden('another host', `${PATH}?${formatQuery(good)}`, { host });
  }
  await expectForbidden(
    'a canned policy', `${PATH}?Expires=${soon()}&Signature=${good.Signature}&Key-Pair-Id=${good['Key-Pair-Id']}`,
  );
  await expectForbidden('both kinds', `${PATH}?${formatQuery(good)}&Expires=${soon()}`);
});

test('nothing at all, and cookies of another user', async () => {
  await expectForbidden('unsigned', PATH);
  await expectForbidden('unsigned, not there', `/cdn${IMAGE}/unknown`);
  await expectForbidden('unsigned, no path', '/cdn');
  await expectForbidden('the error page itself', '/cdn/errors/403');
  for (const user of [`/_/${BOB}`, `/t/${ALICE}`, `/_/${ALICE.slice(0, -1)}`, `/_/${ALICE}2`, `/_/${ALICE}/`]) {
    await expectForbidden(user, PATH, { cookie: cdn.cookies(user) });
  }
});

test('a query that is wrong does not become right by cookies', async () => {
  const cookie = cdn.cookies();
  await expectForbidden('one parameter', `${PATH}?Policy=x`, { cookie });
  await expectForbidden('another image\'s query', `${PATH}?${cdn.query(OTHER)}`, { cookie });
  await expectForbidden('a query that is over', `${PATH}?${cdn.query(IMAGE, 1)}`, { cookie });
  for (const name of ['Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'Expires']) {
    await expectForbidden(name, `${PATH}?${name}=1`, { cookie });
  }
});

test('denies at least 300 changed requests without a call of the decoder', () => {
  expect(refused).toBeGreaterThanOrEqual(300);
  expect(cdn.transformHandler.decodes).toBe(0);
  // The error page, once.
  expect(cdn.transformHandler.asked).toEqual(['/errors/403']);
  expect(cdn.read).toEqual([]);
});

test('50 that are right are let through', async () => {
  const images = Array.from({ length: 25 }, (_, i) => `/_/${ALICE}/01JDB2W80000000000000000${10 + i}`);
  for (const [i, image] of images.entries()) {
    const until = soon() + i;
    const own = `${signQuery(cdn.key, { resource: resource(image), until })}${i % 5 === 0 ? '&width=9999' : ''}`;
    const encoded = i % 3 === 0 ? own.replaceAll('~', '%7E') : own;
    expect((await cdn.send(`/cdn${image}/thumb?${encoded}`)).status).toBe(200);
    const grants = [
      resource(`/_/${ALICE}`), `${cdn.base}/*`, `${cdn.base}/_/${ALICE}/01JDB2W800000000000000*`,
      `${cdn.base}/_/0?2c4k60kcf4wwp0d2fsez8ge1/*`,
    ];
    const cookie = `theme=dark; ${signCookies(cdn.key, { resource: grants[i % grants.length], until })}; a=b=c`;
    expect((await cdn.send(`/cdn${image}/small.webp${i % 2 === 0 ? '?v=1' : ''}`, { cookie })).status).toBe(200);
  }
  expect((await cdn.send(`/cdn${IMAGE}/thumb?${cdn.query()}`, {
    cookie: formatCookies({ ...parameters(), Policy: 'x' }),
  })).status).toBe(200);
});
