import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createToken, signClaims } from '../../../local/auth/create-token';
import { serveIssuer } from '../../../local/auth/development-issuer';
import { generateIssuerKey, readIssuerKey, type IssuerKey } from '../../../local/auth/issuer-key';
import { ANY_CLIENTS, DEVELOPMENT_SETTINGS } from '../../../local/auth/token-settings';
import { createLocalServerEnvironment, type LocalServerEnvironment } from '../../environments/local-server';

jest.setTimeout(60_000);

const PAGE = 'http://localhost:5173';
const HOUR = 3600;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: { readonly code?: string; readonly images?: unknown[]; readonly user_id?: string };
}

async function call(
  environment: LocalServerEnvironment, token: string | undefined, headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${environment.url()}/images`, {
    headers: { ...token !== undefined && { authorization: `Bearer ${token}` }, ...headers },
  });
  return { status: response.status, headers: response.headers, json: await response.json() as Answer['json'] };
}

async function listStatuses(environment: LocalServerEnvironment, tokens: readonly string[]): Promise<number[]> {
  return Promise.all(tokens.map(async token => (await call(environment, token)).status));
}

describe('the development issuer', () => {
  const environment = createLocalServerEnvironment({ tokens: DEVELOPMENT_SETTINGS, corsOrigins: [PAGE] });
  let key: IssuerKey;

  beforeAll(async () => {
    await environment.start();
    key = readIssuerKey(`${environment.dataDir()}/token-key.json`);
  });
  afterAll(async () => environment.stop());

  const issue = (facts: Partial<Parameters<typeof createToken>[1]> = {}, now = Date.now()): string =>
    createToken(key, { issuer: environment.url(), user: 'alice', client: 'web', expiresInSeconds: HOUR, ...facts }, now);

  test('a token names the user of its images', async () => {
    const created = await fetch(`${environment.url()}/images`, {
      method: 'POST',
      headers: { 'authorization': `Bearer ${issue()}`, 'content-type': 'application/json' },
      body: '{"content_type":"image/png","size":70}',
    });
    const { image_id: id } = await created.json() as { image_id: string };
    const see = async (user: string): Promise<Response> => fetch(`${environment.url()}/images/${id}`, {
      headers: { authorization: `Bearer ${issue({ user })}` },
    });
    expect(created.status).toBe(201);
    expect(await (await see('alice')).json()).toMatchObject({ image_id: id, user_id: 'alice' });
    expect((await see('bob')).status).toBe(404);
  });

  const tamper = (token: string): string => {
    const [head, body, signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'bob' })).toString('base64url');
    return [head, changed, signature].join('.');
  };

  test.each<[string, () => string | undefined]>([
    ['is missing', () => undefined],
    ['is empty', () => ''],
    ['is no token', () => 'token'],
    ['has expired', () => issue({}, Date.now() - (HOUR + 120) * 1000)],
    ['is not valid yet', () => signClaims(key, {
      iss: environment.url(), aud: 'cdk-image-service', sub: 'alice', nbf: Date.now() / 1000 + 120, exp: 2e9,
    })],
    ['was changed', () => tamper(issue())],
    ['is of another issuer', () => issue({ issuer: 'http://localhost:1' })],
    ['is signed with another key', () => createToken(
      { ...generateIssuerKey(), kid: key.kid },
      { issuer: environment.url(), user: 'alice', client: 'web', expiresInSeconds: HOUR },
    )],
    ['has another audience', () => signClaims(key, { iss: environment.url(), aud: 'other', sub: 'alice', exp: 2e9 })],
    ['never expires', () => signClaims(key, { iss: environment.url(), aud: 'cdk-image-service', sub: 'alice' })],
    ['names no user', () => issue({ user: undefined })],
    ['has 9,000 bytes', () => 'a'.repeat(9000)],
    ['has 20,000 bytes', () => 'a'.repeat(20_000)],
  ])('a request is 401 if its token %s', async (_case, build) => {
    const { status, headers, json } = await call(environment, build());
    expect([status, json.code, headers.get('www-authenticate'), headers.get('content-type')]).toEqual([
      401, 'unauthenticated', 'Bearer', 'application/problem+json',
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  test('only a trusted token may name a user in headers', async () => {
    const scopes = ['images/trusted'];
    const trusted = issue({ user: undefined, scopes, client: 'backend' });
    expect((await call(environment, trusted, { 'x-user-id': 'bob' })).status).toBe(200);
    expect((await call(environment, trusted)).status).toBe(401);
    expect((await call(environment, issue({ scopes }), { 'x-user-id': 'bob' })).json.code).toBe('invalid-principal');
  });

  test('a preflight and a health check need no token, and a listed page can read a 401', async () => {
    const preflight = await fetch(`${environment.url()}/images`, {
      method: 'OPTIONS',
      headers: { 'origin': PAGE, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204, expect.stringContaining('authorization'),
    ]);
    expect((await fetch(`${environment.url()}/health`)).status).toBe(200);
    expect((await call(environment, 'x', { origin: PAGE })).headers.get('access-control-allow-origin')).toBe(PAGE);
    const unlisted = await call(environment, 'x', { origin: 'http://localhost:5174' });
    expect(unlisted.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('serves the documents that verifiers ask for, without the private key', async () => {
    const read = async (url: string): Promise<Record<string, unknown>> =>
      await (await fetch(url)).json() as Record<string, unknown>;
    const discovery = await read(`${environment.url()}/.well-known/openid-configuration`);
    expect(discovery).toMatchObject({ issuer: environment.url() });
    const { keys } = await read(discovery.jwks_uri as string) as { keys: object[] };
    expect(keys.map(jwk => Object.keys(jwk).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']]);
  });

  test('a token in the cache is refused once it has expired', async () => {
    const short = issue({ expiresInSeconds: 90 });
    const long = issue();
    expect(await listStatuses(environment, [short, long])).toEqual([200, 200]);
    await environment.clock!.advance(100_000);
    expect(await listStatuses(environment, [short, long])).toEqual([200, 200]); // within the clock tolerance
    await environment.clock!.advance(60_000);
    expect(await listStatuses(environment, [short, long])).toEqual([401, 200]);
  });
});

describe('another issuer', () => {
  const key = generateIssuerKey();
  let issuer: string;
  let provider: Server;
  let asked: string[];
  let environment: LocalServerEnvironment;

  beforeAll(async () => {
    asked = [];
    provider = createServer((request, response) => {
      asked.push(request.url!);
      serveIssuer(issuer, key, (_request, missing) => missing.writeHead(404).end())(request, response);
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    environment = createLocalServerEnvironment({
      tokens: {
        issuer,
        audience: ['shop', 'admin'],
        userClaim: 'uid',
        groupsClaim: 'roles',
        requiredScopes: ['images/use'],
        trustedScope: 'images/act',
        trustedClients: ANY_CLIENTS,
      },
    });
    await environment.start();
  });
  afterAll(async () => {
    await environment.stop();
    provider.closeAllConnections();
    provider.close();
  });

  const issue = (claims: object): string => signClaims(key, {
    iss: issuer, aud: 'shop', uid: 'alice', scope: 'images/use', exp: Date.now() / 1000 + HOUR, ...claims,
  });

  test('its keys are found by discovery, once', async () => {
    expect(await listStatuses(environment, [issue({}), issue({ aud: ['other', 'admin'] }), issue({ jti: '3' })])).toEqual([
      200, 200, 200,
    ]);
    expect(asked).toEqual(['/.well-known/openid-configuration', '/.well-known/jwks.json']);
  });

  test('its claims and scopes count', async () => {
    expect((await call(environment, issue({ uid: undefined, sub: 'alice' }))).status).toBe(401);
    const unscoped = await call(environment, issue({ scope: 'openid' }));
    expect([unscoped.status, unscoped.json.code]).toEqual([403, 'forbidden']);
    const trusted = issue({ scope: 'images/act images/use', azp: 'any' });
    expect((await call(environment, trusted, { 'x-user-id': 'bob' })).status).toBe(200);
  });

  test('the server has no issuer of its own then', async () => {
    expect((await fetch(`${environment.url()}/.well-known/jwks.json`)).status).toBe(404);
  });
});

test('an issuer that does not answer is 503 with Retry-After', async () => {
  const environment = createLocalServerEnvironment({
    tokens: { ...DEVELOPMENT_SETTINGS, issuer: 'http://127.0.0.1:9' },
  });
  await environment.start();
  try {
    const { status, headers, json } = await call(environment, signClaims(generateIssuerKey(), { exp: 2e9 }));
    expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '1']);
  } finally {
    await environment.stop();
  }
});
