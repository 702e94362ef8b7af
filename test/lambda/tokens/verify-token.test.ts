import { createHmac, generateKeyPairSync } from 'node:crypto';
import type { PublicKey, TokenRules } from '../../../lambda/domain/token/ports';
import type { TokenError } from '../../../lambda/domain/token/token-error';
import { createTokenVerifier } from '../../../lambda/tokens/verify-token';
import { createKey, encodePart, type SigningKey, signToken, type TokenOptions } from '../../support/issuer';

const ISSUER = 'https://issuer.example/realms/images';
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const KEYS = new Map([...ALGORITHMS, 'Ed448'].map(alg => [alg, createKey(alg)]));
const RS256 = KEYS.get('RS256')!;
const ES256 = KEYS.get('ES256')!;

const now = () => Math.floor(Date.now() / 1000);
const claims = (more: object = {}) => ({ iss: ISSUER, aud: 'app', sub: 'alice', exp: now() + 300, ...more });
const without = (name: string) => Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name));

type Rules = Pick<TokenRules, 'kind' | 'issuer' | 'audience'>;
const OIDC: Rules = { kind: 'oidc', issuer: ISSUER, audience: ['app', 'web'] };
const COGNITO: Rules = { kind: 'cognito', issuer: ISSUER, audience: ['app', 'web'] };

/** Verifies with these keys of the set. */
function verify(token: string, { rules = OIDC, keys = [...KEYS.values()] as readonly { jwk: object }[] } = {}) {
  const set = JSON.parse(JSON.stringify(keys.map(({ jwk }) => jwk))) as PublicKey[];
  return createTokenVerifier(rules, { find: async kid => set.filter(key => key.kid === kid) })(token);
}

async function findFault(...args: Parameters<typeof verify>): Promise<string> {
  return verify(...args).then(() => 'valid', (error: TokenError) => error.fault ?? error.message);
}

const sign = (more: object = {}, options: TokenOptions = {}, key: SigningKey = RS256) =>
  signToken(key, claims(more), options);

test.each([...KEYS.keys()])('accepts a token signed with %s', async alg => {
  const given = claims();
  expect(await verify(signToken(KEYS.get(alg)!, given))).toEqual(given);
});

test.each<[string, object]>([
  ['an audience among several', { aud: ['other', 'web'] }],
  ['an end within the tolerance', { exp: now() - 50 }],
  ['a fraction of a second in its end', { exp: now() + 10.5 }],
  ['a beginning within the tolerance', { nbf: now() + 50 }],
  ['a beginning in the past', { nbf: now() - 1000 }],
  ['an end in the far future', { exp: Date.now() }],
  ['no more than 8,000 bytes', { pad: 'x'.repeat(5000) }],
])('accepts a token with %s', async (_what, more) => {
  expect(await findFault(sign(more))).toBe('valid');
});

test.each<[string, () => string, string]>([
  ['has run out', () => sign({ exp: now() - 70 }), 'expired'],
  ['is not yet valid', () => sign({ nbf: now() + 70 }), 'not yet valid'],
  ['has no end', () => signToken(RS256, without('exp')), 'no exp'],
  ['has a text for an end', () => sign({ exp: String(now() + 300) }), 'malformed'],
  ['has a text for a beginning', () => sign({ nbf: 'now' }), 'malformed'],
  ['has another issuer', () => sign({ iss: `${ISSUER}/` }), 'issuer'],
  ['has no issuer', () => signToken(RS256, without('iss')), 'issuer'],
  ['has a list of issuers', () => sign({ iss: [ISSUER] }), 'malformed'],
  ['has another audience', () => sign({ aud: 'App' }), 'audience'],
  ['has other audiences', () => sign({ aud: ['a', 'b'] }), 'audience'],
  ['has no audience', () => signToken(RS256, without('aud')), 'audience'],
  ['has an object for an audience', () => sign({ aud: { app: true } }), 'malformed'],
  ['has its audience in client_id only', () => signToken(RS256, { ...without('aud'), client_id: 'app' }), 'audience'],
  ['has a list of scopes', () => sign({ scope: ['images/use'] }), 'malformed'],
  ['has a text for claims', () => signToken(RS256, 'alice'), 'malformed'],
  ['has a list for claims', () => signToken(RS256, [claims()]), 'malformed'],
  ['names no key', () => sign({}, { header: { kid: undefined } }), 'no kid'],
  ['has an empty key id', () => sign({}, { header: { kid: '' } }), 'no kid'],
  ['has a number for a key id', () => sign({}, { header: { kid: 5 } }), 'malformed'],
  ['names an unknown key', () => sign({}, { header: { kid: 'unknown' } }), 'unknown key'],
  ['names a property of all objects', () => sign({}, { header: { kid: '__proto__' } }), 'unknown key'],
  ['names another key than it was signed with', () => sign({}, { header: { kid: 'key-RS384' }, alg: 'RS384' }), 'signature'],
  ['has an extension', () => sign({}, { header: { crit: ['b64'], b64: false } }), 'crit'],
  ['has an empty list of extensions', () => sign({}, { header: { crit: [] } }), 'crit'],
  ['names no algorithm', () => sign({}, { header: { alg: undefined } }), 'algorithm'],
  ['names the algorithm in lower case', () => sign({}, { header: { alg: 'rs256' } }), 'algorithm'],
  ['names PSS', () => sign({}, { header: { alg: 'PS256' } }), 'algorithm'],
  ['names a property of all objects for an algorithm', () => sign({}, { header: { alg: 'constructor' } }), 'algorithm'],
  ['has more than 8,000 bytes', () => sign({ pad: 'x'.repeat(8000) }), 'too long'],
])('rejects a token that %s', async (_what, build, fault) => {
  expect(await findFault(build())).toBe(fault);
});

describe('the algorithm', () => {
  test.each(['none', 'None', 'NONE', ''])('may not be %j', async alg => {
    const parts = `${encodePart({ alg, kid: RS256.jwk.kid })}.${encodePart(claims())}`;
    expect(await findFault(`${parts}.`)).toBe('malformed');
    expect(await findFault(`${parts}.AA`)).toBe('algorithm');
  });

  test.each(['HS256', 'HS384', 'HS512'])('may not be %s with the public key for a secret', async alg => {
    const input = `${encodePart({ alg, kid: RS256.jwk.kid })}.${encodePart(claims())}`;
    const pem = RS256.publicKey.export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, JSON.stringify(RS256.jwk), RS256.jwk.n as string]) {
      const mac = createHmac(`sha${alg.slice(2)}`, secret).update(input).digest('base64url');
      expect(await findFault(`${input}.${mac}`)).toBe('algorithm');
    }
  });

  test.each<[string, string]>([
    ['RS256', 'RS512'], ['RS256', 'ES256'], ['RS256', 'EdDSA'], ['ES256', 'RS256'], ['ES256', 'ES384'],
    ['EdDSA', 'ES256'],
  ])('of a key for %s may not be %s, if the key names its own', async (alg, other) => {
    const key = KEYS.get(alg)!;
    expect(await findFault(sign({}, { header: { alg: other } }, key))).toBe('other key');
  });

  test.each<[string, string]>([
    ['RS256', 'ES256'], ['RS256', 'EdDSA'], ['ES256', 'RS256'], ['ES256', 'ES384'], ['ES384', 'ES256'],
    ['EdDSA', 'RS256'], ['EdDSA', 'ES256'],
  ])('of a key for %s may not be %s, if the key names none', async (alg, other) => {
    const key = KEYS.get(alg)!;
    const { alg: _alg, ...jwk } = key.jwk;
    expect(await findFault(sign({}, { header: { alg: other } }, key), { keys: [{ jwk }] })).toBe('other key');
    expect(await findFault(sign({}, {}, key), { keys: [{ jwk }] })).toBe('valid');
  });

  test('may be any of RSA, if the key names none', async () => {
    const { alg: _alg, ...jwk } = RS256.jwk;
    for (const alg of ['RS256', 'RS384', 'RS512']) expect(await findFault(sign({}, { alg }), { keys: [{ jwk }] })).toBe('valid');
  });
});

describe('a key', () => {
  test.each(['enc', '', 'SIG'])('for the use %j signs no token', async use => {
    expect(await findFault(sign(), { keys: [{ jwk: { ...RS256.jwk, use } }] })).toBe('other key');
  });

  test('without a use signs tokens', async () => {
    const { use: _use, ...jwk } = RS256.jwk;
    expect(await findFault(sign(), { keys: [{ jwk }] })).toBe('valid');
  });

  test.each<[string, object]>([
    ['no modulus', { ...RS256.jwk, n: undefined }],
    ['an impossible modulus', { ...RS256.jwk, n: '' }],
    ['no curve', { ...ES256.jwk, kid: RS256.jwk.kid, crv: undefined }],
  ])('with %s rejects its tokens', async (_what, jwk) => {
    expect(await findFault(sign(), { keys: [{ jwk }] })).toBe('other key');
  });

  test('of RSA with fewer than 2,048 bits signs no token', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256', use: 'sig' };
    const key = { alg: 'RS256', privateKey, publicKey, jwk };
    expect(await findFault(sign({}, {}, key), { keys: [key] })).toBe('other key');
  });

  test('is chosen by its use and algorithm where several have one id', async () => {
    const kid = RS256.jwk.kid as string;
    const keys = [
      { jwk: { ...createKey('RS256', kid).jwk, use: 'enc' } }, createKey('RS512', kid), createKey('ES256', kid), RS256,
    ];
    expect(await findFault(sign(), { keys })).toBe('valid');
  });

  test('that replaces another under the same id is not the old one', async () => {
    const replaced = createKey('RS256');
    expect(replaced.jwk.kid).toBe(RS256.jwk.kid);
    const served = { jwk: RS256.jwk as object };
    const verifier = createTokenVerifier(OIDC, { find: async () => [served.jwk as PublicKey] });
    await verifier(sign());
    served.jwk = replaced.jwk;
    await expect(verifier(sign())).rejects.toMatchObject({ fault: 'signature' });
    await expect(verifier(sign({}, {}, replaced))).resolves.toBeDefined();
  });

  test('in a header signs nothing', async () => {
    const own = createKey('RS256', 'own');
    for (const header of [{ jwk: own.jwk }, { jku: 'https://attacker.example/keys' }, { jwk: own.jwk, kid: RS256.jwk.kid }]) {
      expect(await findFault(sign({}, { header }, own))).not.toBe('valid');
    }
  });
});

describe('a changed token', () => {
  const token = sign({ scope: 'a' });
  const [header, payload, signature] = token.split('.');

  test.each<[string, string]>([
    ['an empty one', ''],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${token}.${signature}`],
    ['an empty signature', `${header}.${payload}.`],
    ['an empty header', `.${payload}.${signature}`],
    ['padding', `${header}.${payload}.${signature}==`],
    ['base64 of another alphabet', `${header}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`],
    ['a header that is no JSON', `${Buffer.from('{').toString('base64url')}.${payload}.${signature}`],
    ['a header that is null', `${encodePart(null)}.${payload}.${signature}`],
    ['a line break', `${token}\n`],
  ])('%s is malformed', async (_what, changed) => {
    expect(await findFault(changed)).toBe('malformed');
  });

  test.each<[string, string]>([
    ['claims', `${header}.${encodePart(claims({ sub: 'bob' }))}.${signature}`],
    ['signature', `${header}.${payload}.${signature.slice(0, -6)}AAAAAA`],
    ['length of the signature', `${header}.${payload}.${signature.slice(0, -8)}`],
  ])('has no valid signature after a change of its %s', async (_what, changed) => {
    expect(await findFault(changed)).toBe('signature');
  });

  test.each([
    ['all zero', Buffer.alloc(64), 'signature'], ['in ASN.1', Buffer.from('3006020101020101', 'hex'), 'malformed'],
  ])('is rejected if its signature by ECDSA is %s', async (_what, bytes, fault) => {
    const [head, body] = sign({}, {}, ES256).split('.');
    expect(await findFault(`${head}.${body}.${bytes.toString('base64url')}`)).toBe(fault);
  });
});

describe('a token of Cognito', () => {
  const access = (more: object = {}) => signToken(RS256, { ...without('aud'), token_use: 'access', client_id: 'app', ...more });

  test('names its client in client_id if it is an access token, and in aud if it is an ID token', async () => {
    expect(await findFault(access(), { rules: COGNITO })).toBe('valid');
    expect(await findFault(sign({ token_use: 'id', aud: 'web' }), { rules: COGNITO })).toBe('valid');
  });

  test('names its pool by the original issuer, or by the updated one', async () => {
    const pool = 'cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
    const rules = { ...COGNITO, issuer: `https://${pool}` };
    for (const iss of [`https://${pool}`, `https://issuer-${pool}`]) {
      expect(await findFault(access({ iss }), { rules })).toBe('valid');
    }
    for (const iss of [`https://other-${pool}`, `https://issuer-${pool}x`, `https://issuer-issuer-${pool}`]) {
      expect(await findFault(access({ iss }), { rules })).toBe('issuer');
    }
    const oidc = { ...OIDC, issuer: `https://${pool}` };
    expect(await findFault(sign({ iss: `https://issuer-${pool}` }), { rules: oidc })).toBe('issuer');
  });

  test.each<[string, () => string, string]>([
    ['an access token of another client', () => access({ client_id: 'other' }), 'audience'],
    ['an access token with the client in aud only', () => access({ client_id: undefined, aud: 'app' }), 'audience'],
    ['an ID token of another client', () => sign({ token_use: 'id', aud: 'other' }), 'audience'],
    ['an ID token with the client in client_id only', () => sign({ token_use: 'id', aud: 'x', client_id: 'app' }), 'audience'],
    ['an ID token with several audiences', () => sign({ token_use: 'id', aud: ['app'] }), 'audience'],
    ['a token of another use', () => access({ token_use: 'refresh' }), 'claim type'],
    ['a token of no use', () => sign(), 'claim type'],
    ['a token of another issuer', () => access({ iss: 'https://x.example' }), 'issuer'],
  ])('%s is rejected', async (_what, build, fault) => {
    expect(await findFault(build(), { rules: COGNITO })).toBe(fault);
  });
});

test('while no keys are known, a token is neither valid nor rejected', async () => {
  const failure = new Error('no keys');
  const verifier = createTokenVerifier(OIDC, { find: () => Promise.reject(failure) });
  await expect(verifier(sign())).rejects.toBe(failure);
  // No key is needed to reject it.
  await expect(verifier('x')).rejects.toMatchObject({ fault: 'malformed' });
});
