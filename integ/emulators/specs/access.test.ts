import { randomUUID } from 'node:crypto';
import { batchGetSuite } from '../../../test/acceptance/suite/batch-get';
import { sharedListsSuite } from '../../../test/acceptance/suite/shared-lists';
import { sharingSuite } from '../../../test/acceptance/suite/sharing';
import { Client, expectStatus } from '../../../test/acceptance/support/client';
import type { WireResponse } from '../../../test/environments/environment';
import { createKey, encodePart, type Issuer, signToken } from '../../../test/support/issuer';
import { parseTemplate, readDeployment } from '../deployment';
import { listGrants } from '../privileges/template';
import {
  buildBearer, buildClaims, createTokenEnvironment, mintToken, sendUnsigned, serveKeys, TRUSTED_TOKEN,
} from '../tokens';

jest.setTimeout(120_000);

type Headers = ReadonlyArray<readonly [string, string]>;

let issuer: Issuer;
beforeAll(async () => { issuer = await serveKeys(); });
afterAll(async () => issuer.close());

const ask = async (headers: Headers, method = 'GET', target = '/images'): Promise<WireResponse> =>
  sendUnsigned({ method, target, headers });

const past = Math.floor(Date.now() / 1000) - 3600;
const { iss, aud } = buildClaims({}) as Record<string, string>;

test('the role of the authorizer permits logs and traces only', () => {
  expect(listGrants(parseTemplate(readDeployment())).filter(({ handler }) => handler === 'Authorizer')).toEqual([]);
});

test('a token of the issuer is enough to call the API', async () => {
  const { status, body } = await ask([buildBearer(mintToken({ sub: `u-${randomUUID()}` }))]);
  expect({ status, body: JSON.parse(body.toString()) as object }).toEqual({
    status: 200, body: { images: [], next_cursor: null },
  });
  expect(issuer.fetches()).toBeGreaterThan(0);
});

test.each<[string, () => Headers]>([
  ['no token', () => []],
  ['an empty header', () => [['authorization', '']]],
  ['a user in a header', () => [['x-user-id', 'alice']]],
  ['no JWT', () => [buildBearer('garbage')]],
  ['another scheme', () => [['authorization', `Basic ${mintToken({ sub: 'alice' })}`]]],
  ['an expired token', () => [buildBearer(mintToken({ sub: 'alice', exp: past }))]],
  ['a token without exp', () => [buildBearer(mintToken({ sub: 'alice', exp: undefined }))]],
  ['a token of another issuer', () => [buildBearer(mintToken({ sub: 'alice', iss: `${iss}other/` }))]],
  ['a token for another audience', () => [buildBearer(mintToken({ sub: 'alice', aud: `${aud}-2` }))]],
  ['a token of another key', () => [buildBearer(signToken(createKey('ES256', 'other'), buildClaims({ sub: 'alice' })))]],
  ['a token without a signature', () => [
    buildBearer(`${encodePart({ alg: 'none' })}.${encodePart(buildClaims({ sub: 'alice' }))}.`),
  ]],
  ['a token without a user', () => [buildBearer(mintToken({}))]],
])('%s is 401', async (_name, build) => {
  const { status, headers, body } = await ask(build());
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toEqual(['Bearer']);
  expect(JSON.parse(body.toString())).toMatchObject({ code: 'unauthenticated', status: 401 });
});

test('a token without the required scope is 403', async () => {
  const { status, body } = await ask([buildBearer(mintToken({ sub: 'alice', scope: 'images/other' }))]);
  expect(status).toBe(403);
  expect(JSON.parse(body.toString())).toMatchObject({ code: 'forbidden', status: 403 });
});

test('one token serves every route, although API Gateway caches its decision for the first one', async () => {
  const bearer = buildBearer(mintToken({ sub: `u-${randomUUID()}` }));
  const statuses = [];
  for (const target of ['/images', '/usage', '/images?limit=1', '/images/absent']) {
    statuses.push((await ask([bearer], 'GET', target)).status);
  }
  expect(statuses).toEqual([200, 200, 200, 404]);
});

test('health checks need no token', async () => {
  expect((await ask([], 'GET', '/health')).status).toBe(200);
});

test('a caller that is not trusted names no user in headers', async () => {
  const bearer = buildBearer(mintToken({ sub: 'alice' }));
  for (const header of [['x-user-id', 'bob'], ['x-act-as', 'service'], ['x-user-groups', 'editors']] as const) {
    const { status, body } = await ask([bearer, header]);
    expect({ header, status }).toEqual({ header, status: 400 });
    expect(JSON.parse(body.toString())).toMatchObject({ code: 'invalid-principal' });
  }
});

test('the trusted scope trusts the listed client only', async () => {
  const scope = 'images/use images/trusted';
  const user = ['x-user-id', `u-${randomUUID()}`] as const;
  expect((await ask([buildBearer(mintToken({ sub: 'a', scope, client_id: 'browser' })), user])).status).toBe(400);
  expect((await ask([buildBearer(TRUSTED_TOKEN), user])).status).toBe(200);
  expect((await ask([buildBearer(TRUSTED_TOKEN)])).status).toBe(401);
});

test('two users behind one trusted token never mix, although its decision is cached', async () => {
  const environment = createTokenEnvironment();
  const [alice, bob] = [new Client(environment), new Client(environment)];
  const { image_id: id } = await alice.createReady();
  const read = async (user: string) => ask([buildBearer(TRUSTED_TOKEN), ['x-user-id', user]], 'GET', `/images/${id}`);
  for (const [user, status] of [[alice.user, 200], [bob.user, 404], [alice.user, 200]] as const) {
    expect({ user, status: (await read(user)).status }).toEqual({ user, status });
  }
  expectStatus(await alice.delete(id), 204);
});

const environment = createTokenEnvironment();
for (const suite of [sharingSuite, sharedListsSuite, batchGetSuite]) suite(environment);
