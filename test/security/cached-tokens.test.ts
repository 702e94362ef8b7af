import { randomUUID } from 'node:crypto';
import type { ImagePage, Problem } from '../acceptance/support/model';
import { createInProcessEnvironment } from '../environments/in-process';
import { createKey, type Issuer, signToken, startIssuer } from '../support/issuer';
import { buildTokenSettings, KEY, TokenClient, TokenMaker } from '../support/token-access';

/**
 * API Gateway keeps an authorizer's result by the token for five minutes, and serves requests with other paths and
 * headers with it (https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html).
 * The local gateway does so, too (local/server/authorizer.ts).
 */
let issuer: Issuer;
let tokens: TokenMaker;
let environment: ReturnType<typeof createInProcessEnvironment>;

async function start(keys = [KEY]): Promise<void> {
  issuer = await startIssuer(keys);
  tokens = new TokenMaker(issuer);
  environment = createInProcessEnvironment({ authorizer: buildTokenSettings(issuer.url) });
  await environment.start();
}

beforeEach(async () => start(), 60_000);
afterEach(async () => Promise.all([environment.stop(), issuer.close()]));

const SECONDS = 1000;
const MINUTES = 60 * SECONDS;
const advance = async (milliseconds: number) => environment.clock!.advance(milliseconds);
const bearer = (token: string) => ['authorization', `Bearer ${token}`] as const;

/** Status and code of `GET /usage` with these headers. */
async function ask(...headers: (readonly [string, string])[]): Promise<string> {
  const { status, body, headers: answered } = await environment.send({ method: 'GET', target: '/usage', headers });
  if (status === 503) expect(answered.get('retry-after')).toEqual([expect.stringMatching(/^\d+$/)]);
  return status < 400 ? String(status) : `${status} ${(JSON.parse(body.toString()) as Problem).code}`;
}

test('users behind one trusted token never mix', async () => {
  const token = bearer(tokens.trusted());
  const clients = Array.from({ length: 5 }, () => randomUUID())
    .map(user => new TokenClient(environment, user, [token, ['x-user-id', user]]));
  const service = new TokenClient(environment, 'service', [token, ['x-act-as', 'service']]);
  const images = await Promise.all(clients.map(async client => (await client.createReady()).image_id));
  await Promise.all(Array.from({ length: 60 }, async (_, i) => {
    const [mine, theirs] = [i % 5, (i * 7 + 3) % 5];
    const { images: listed } = (await clients[mine].list()).json<ImagePage>();
    expect(listed.map(({ image_id }) => image_id)).toEqual([images[mine]]);
    expect((await clients[mine].get(images[theirs])).status).toBe(mine === theirs ? 200 : 404);
    expect((await service.get(images[theirs])).status).toBe(200);
    expect((await service.list()).status).toBe(401);
  }));
  // And one that names nobody gets nothing from those before it.
  expect(await ask(token)).toBe('401 unauthenticated');
}, 60_000);

test('a token that is not trusted gains nothing from a trusted one, nor from its own cached result', async () => {
  const [user, trusted] = [bearer(tokens.user('mallory')), bearer(tokens.trusted())];
  expect(await ask(trusted, ['x-user-id', 'alice'])).toBe('200');
  for (let i = 0; i < 3; i++) {
    expect(await ask(user)).toBe('200');
    expect(await ask(user, ['x-user-id', 'alice'])).toBe('400 invalid-principal');
    expect(await ask(user, ['x-act-as', 'service'])).toBe('400 invalid-principal');
    expect(await ask(user, trusted, ['x-user-id', 'alice'])).toBe('401 unauthenticated');
    expect(await ask(trusted, user)).toBe('401 unauthenticated');
  }
});

test('a cached token is refused once it has run out', async () => {
  const token = bearer(tokens.user('alice', { exp: Math.floor(Date.now() / 1000) + 60 }));
  expect(await ask(token)).toBe('200');
  const trusted = bearer(tokens.trusted({ exp: Math.floor(Date.now() / 1000) + 60 }));
  expect(await ask(trusted, ['x-user-id', 'alice'])).toBe('200');
  await advance(110 * SECONDS);
  expect([await ask(token), await ask(trusted, ['x-user-id', 'alice'])]).toEqual(['200', '200']);
  await advance(15 * SECONDS);
  expect([await ask(token), await ask(trusted, ['x-user-id', 'alice'])]).toEqual(Array(2).fill('401 unauthenticated'));
});

describe('a changing key set', () => {
  const next = createKey('ES256', 'next');

  test('has a new key accepted, and a withdrawn one refused', async () => {
    const old = bearer(tokens.user('alice'));
    expect(await ask(old)).toBe('200');
    issuer.serve([next]);
    await advance(5 * MINUTES);
    expect(await ask(bearer(signToken(next, tokens.claims('alice'))))).toBe('200');
    await advance(55 * MINUTES);
    expect(await ask(bearer(tokens.user('alice')))).toBe('401 unauthenticated');
  });

  test.each(['fails', 'hangs up', 'is huge', 'is no key set'])('that %s keeps its known keys', async how => {
    expect(await ask(bearer(tokens.user('alice')))).toBe('200');
    issuer.answer((request, response) => {
      if (how === 'hangs up') return request.socket.destroy();
      if (how === 'fails') return response.writeHead(500).end('{"keys":[]}');
      return response.end(how === 'is huge' ? JSON.stringify({ keys: [], x: 'x'.repeat(300_000) }) : '{"keys":null}');
    });
    await advance(50 * MINUTES);
    expect(await ask(bearer(tokens.user('bob')))).toBe('200');
    expect(await ask(bearer(tokens.unknownKey('alice')))).toBe('401 unauthenticated');
    expect(issuer.fetches()).toBe(2);
  });

  test('that was never read is 503, and is read again after 30 seconds', async () => {
    issuer.answer((_request, response) => response.writeHead(503).end());
    jest.spyOn(console, 'error').mockReturnValue();
    const token = bearer(tokens.user('alice'));
    for (let i = 0; i < 20; i++) expect(await ask(token)).toBe('503 unavailable');
    expect(issuer.fetches()).toBe(1);
    expect(await ask(bearer('a.b.c'))).toBe('401 unauthenticated');
    issuer.serve([KEY]);
    await advance(31 * SECONDS);
    expect(await ask(token)).toBe('200');
    jest.restoreAllMocks();
  });

  test('is read once in 30 seconds for 1,000 made-up keys', async () => {
    expect(await ask(bearer(tokens.user('alice')))).toBe('200');
    await advance(31 * SECONDS);
    await environment.clock!.freeze!(async () => {
      const answers = await Promise.all(
        Array.from({ length: 1000 }, async (_, i) => ask(bearer(tokens.unknownKey('alice', `made-up-${i}`)))),
      );
      expect(new Set(answers)).toEqual(new Set(['401 unauthenticated']));
    });
    expect(issuer.fetches()).toBe(2);
    expect(await ask(bearer(tokens.user('alice')))).toBe('200');
  }, 60_000);
});
