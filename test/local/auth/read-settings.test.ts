import { readOptions, forbidDataOptions } from '../../../local/options';

const OTHER = ['--auth', 'jwt', '--issuer', 'http://127.0.0.1:9000/', '--audience', 'images'];

test('without --auth, the server trusts the header x-user-id', () => {
  expect(readOptions([]).tokens).toBeUndefined();
  expect(readOptions(['--auth', 'iam']).tokens).toBeUndefined();
});

test('--auth jwt verifies tokens of the development issuer', () => {
  expect(readOptions(['--auth', 'jwt']).tokens).toEqual({
    audience: ['cdk-image-service'],
    userClaim: 'sub',
    groupsClaim: 'groups',
    requiredScopes: [],
    trustedScope: 'images/trusted',
    trustedClients: ['backend'],
  });
});

test('--issuer verifies tokens of another issuer, and trusts no token', () => {
  expect(readOptions(OTHER).tokens).toEqual({
    issuer: 'http://127.0.0.1:9000/',
    jwksUri: undefined,
    audience: ['images'],
    userClaim: 'sub',
    groupsClaim: 'groups',
    requiredScopes: [],
    trustedScope: undefined,
    trustedClients: [],
  });
});

test('every setting has an option', () => {
  expect(readOptions([
    ...OTHER, '--audience', 'other', '--jwks-uri', 'https://keys.example.com/jwks', '--user-claim', 'uid',
    '--groups-claim', 'roles', '--required-scope', 'a', '--required-scope', 'b', '--trusted-scope', 'c',
    '--trusted-clients', 'one,two', '--trusted-clients', 'three',
  ]).tokens).toEqual({
    issuer: 'http://127.0.0.1:9000/',
    jwksUri: 'https://keys.example.com/jwks',
    audience: ['images', 'other'],
    userClaim: 'uid',
    groupsClaim: 'roles',
    requiredScopes: ['a', 'b'],
    trustedScope: 'c',
    trustedClients: ['one', 'two', 'three'],
  });
});

test('--trusted-scope alone trusts every client', () => {
  expect(readOptions([...OTHER, '--trusted-scope', 'c']).tokens).toMatchObject({
    trustedScope: 'c', trustedClients: ['*'],
  });
});

test.each([
  [['--auth'], '--auth must be one of iam, jwt, got nothing'],
  [['--auth', '--port', '0'], '--auth must be one of iam, jwt, got nothing'],
  [['--auth', 'none'], '--auth must be one of iam, jwt, got: none'],
  [
    ['--issuer', 'https://issuer.example.com', '--audience', 'a'],
    '--issuer must be given with --auth jwt only; add --auth jwt, or leave --issuer out',
  ],
  [['--required-scope', 'a'], '--required-scope must be given with --auth jwt only'],
  [['--auth', 'jwt', '--audience', 'a'], '--audience must be given with --issuer only; add --issuer'],
  [['--auth', 'jwt', '--jwks-uri', 'https://keys.example.com'], '--jwks-uri must be given with --issuer only'],
  [['--auth', 'jwt', '--issuer', 'https://issuer.example.com'], '--issuer must be given with --audience'],
  [['--auth', 'jwt', '--trusted-clients', 'a'], '--trusted-clients must be given with --trusted-scope only'],
  [
    ['--auth', 'jwt', '--issuer', 'http://issuer.example.com', '--audience', 'a'],
    '--issuer must be an https URL, or an http URL of this machine such as http://127.0.0.1:9000, got: http://issuer.example.com',
  ],
  [['--auth', 'jwt', '--issuer', 'issuer', '--audience', 'a'], '--issuer must be an https URL'],
  [[...OTHER, '--jwks-uri', 'ftp://127.0.0.1/keys'], '--jwks-uri must be an https URL'],
  [['--auth', 'jwt', '--issuer', 'https://issuer.example.com', '--audience', ''], '--audience must name'],
  [[...OTHER, '--user-claim', ''], '--user-claim must name a claim, got an empty value'],
  [[...OTHER, '--groups-claim', ''], '--groups-claim must name a claim, got an empty value'],
  [[...OTHER, '--required-scope', 'a b'], '--required-scope must be one scope without blanks, such as images/use, got: a b'],
  [[...OTHER, '--trusted-scope', ''], '--trusted-scope must be one scope'],
  [[...OTHER, '--trusted-scope', 'a', '--trusted-clients', 'b,,c'], '--trusted-clients must be client ids divided by commas, got: b,,c'],
])('rejects %j', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

test('with an emulator, the server has no issuer of its own', () => {
  const emulator = { bucket: 'b', table: 't', queue: 'q', storageUrl: 'http://s', tableUrl: 'http://t', queueEndpoint: 'http://q' };
  expect(() => forbidDataOptions(readOptions(['--auth', 'jwt']), emulator as never)).toThrow(
    '--auth jwt must be given with --issuer if AWS_ENDPOINT_URL is set',
  );
  expect(() => forbidDataOptions(readOptions(OTHER), emulator as never)).not.toThrow();
});
