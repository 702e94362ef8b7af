import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchJson, isLoopback } from '../../../lambda/tokens/fetch-json';
import { loadKeys } from '../../../lambda/tokens/load-keys';
import { createKey, type Issuer, startIssuer } from '../../support/issuer';

const KEY = createKey('EdDSA');

let issuer: Issuer;
beforeEach(async () => { issuer = await startIssuer([KEY]); });
afterEach(async () => issuer.close());

const load = async () => loadKeys({ issuer: 'https://issuer.example', jwksUri: issuer.jwksUri });

test('reads the keys at the address of the key set', async () => {
  expect(await load()).toEqual([KEY.jwk]);
});

test.each(['', '/realms/images'])('finds the key set by the discovery document of an issuer with path %j', async path => {
  const other = await startIssuer([KEY], path);
  try {
    expect(await loadKeys({ issuer: other.url })).toEqual([KEY.jwk]);
  } finally {
    await other.close();
  }
});

test('an issuer that ends in a slash has one slash before its discovery document', async () => {
  await expect(loadKeys({ issuer: `${issuer.url}/` })).rejects.toThrow('must name the configured issuer');
});

test('ignores keys that it cannot use, and keeps the others', async () => {
  const { kid: _kid, ...anonymous } = KEY.jwk;
  issuer.serve([
    'text', { kty: 'oct', kid: 'secret', k: 'AAAA' }, { kid: 'bare' }, anonymous, { ...KEY.jwk, x: 5 },
    { ...KEY.jwk, use: ['sig'] }, { ...KEY.jwk, kid: 7 }, KEY,
  ]);
  expect(await load()).toEqual([KEY.jwk]);
});

const respond = (body: string, status = 200): RequestListener => (_request, response) => {
  response.writeHead(status).end(body);
};

test.each<[string, RequestListener, RegExp]>([
  ['no JSON', respond('<html>'), /JSON/],
  ['no object', respond('[]'), /must be a JSON object/],
  ['no keys', respond('{}'), /must be a JSON object/],
  ['keys that are no list', respond('{"keys":{}}'), /must be a JSON object/],
  ['an error', respond('{"keys":[]}', 500), /status 200, got: 500/],
  ['a redirect', (_request, response) => {
    response.writeHead(302, { location: 'https://elsewhere.example/keys' }).end();
  }, /status 200, got: 302/],
  ['too many bytes', respond(JSON.stringify({ keys: [], pad: 'x'.repeat(256 * 1024) })), /at most 262144 bytes/],
  ['bytes without an end', (_request, response) => {
    response.on('error', () => undefined);
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', write);
    };
    write();
  }, /at most 262144 bytes/],
  ['a broken connection', request => { request.socket.destroy(); }, /socket hang up/],
])('fails if the answer has %s', async (_what, listener, message) => {
  issuer.answer(listener);
  await expect(load()).rejects.toThrow(message);
});

test.each<[string, RequestListener]>([
  ['never', () => undefined],
  ['byte by byte', (_request, response) => {
    const timer = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(timer));
  }],
])('ends the wait for an issuer that answers %s', async (_how, listener) => {
  issuer.answer(listener);
  await expect(load()).rejects.toThrow(/abort/);
}, 10_000);

describe('the discovery document', () => {
  let document: unknown;
  let origin: string;
  const server = createServer((_request, response) => response.end(JSON.stringify(document)));
  beforeAll(async () => {
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => { server.close().closeAllConnections(); });

  test.each<[string, () => unknown, string]>([
    ['another issuer', () => ({ issuer: 'https://other.example', jwks_uri: issuer.jwksUri }), 'the configured issuer'],
    ['no issuer', () => ({ jwks_uri: issuer.jwksUri }), 'the configured issuer'],
    ['no object', () => null, 'the configured issuer'],
    ['no key set', () => ({ issuer: origin }), 'must have a jwks_uri'],
    ['a key set that is no text', () => ({ issuer: origin, jwks_uri: [issuer.jwksUri] }), 'must have a jwks_uri'],
    ['a file for a key set', () => ({ issuer: origin, jwks_uri: 'file:///etc/passwd' }), 'must be an https URL'],
    [
      'a plain address beyond this machine', () => ({ issuer: origin, jwks_uri: 'http://192.0.2.1/keys' }),
      'must be an https URL',
    ],
  ])('may not name %s', async (_what, build, message) => {
    document = build();
    await expect(loadKeys({ issuer: origin })).rejects.toThrow(message);
    expect(issuer.fetches()).toBe(0);
  });
});

test('an issuer elsewhere cannot send the function to an address of its own machine', async () => {
  await expect(fetchJson(issuer.jwksUri, isLoopback('https://issuer.example'))).rejects.toThrow('must be an https URL');
  expect(issuer.fetches()).toBe(0);
});

test.each([
  ['http://127.0.0.1:8080', true], ['http://localhost', true], ['http://[::1]:1', true], ['https://127.0.0.1', false],
  ['http://127.0.0.1.example', false], ['http://0.0.0.0', false], ['http://169.254.169.254', false],
  ['http://localhost@example.com', false], ['nonsense', false],
])('%s is on this machine, without a certificate: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
