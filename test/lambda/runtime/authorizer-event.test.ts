import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { readAuthorizerConfig } from '../../../lambda/runtime/authorizer-config';
import { buildAuthorizerResult, readToken } from '../../../lambda/runtime/authorizer-event';

const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/images/01ARZ3NDEKTSV4RRFFQ69G5FAV';

type Headers<T> = Record<string, T | undefined> | null;

function read(multiValueHeaders: Headers<string[]>, headers: Headers<string> = null): string {
  try {
    return readToken({ headers, multiValueHeaders } as unknown as APIGatewayRequestAuthorizerEvent);
  } catch (error) {
    return `fault: ${(error as Error).message}`;
  }
}

describe('the header', () => {
  test.each(['Bearer a.b.c', 'bearer a.b.c', 'BEARER a.b.c', 'bEaReR a.b.c', 'Bearer    a.b.c'])('%j has a token', value => {
    expect(read({ Authorization: [value] })).toBe('a.b.c');
    expect(read({ authorization: [value] })).toBe('a.b.c');
    expect(read(null, { AUTHORIZATION: value })).toBe('a.b.c');
  });

  test.each([
    'a.b.c', 'Bearer', 'Bearer ', 'Bearera.b.c', 'Bearer\ta.b.c', 'Bearer a.b.c d', 'Bearer a.b.c ', ' Bearer a.b.c',
    'Basic a.b.c', 'Bearer a.b.c, Bearer a.b.c', 'Token Bearer a.b.c', 'AWS4-HMAC-SHA256 Credential=x',
  ])('%j has none', value => {
    expect(read({ Authorization: [value] })).toBe('fault: malformed');
  });

  test('may be absent or empty', () => {
    for (const headers of [{}, { 'x-user-id': ['a'] }, { Authorization: [''] }, { Authorization: [] }]) {
      expect(read(headers)).toBe('fault: no token');
    }
    expect(read(null)).toBe('fault: no token');
  });

  test('is given once, in any spelling', () => {
    expect(read({ Authorization: ['Bearer a', 'Bearer a'] })).toBe('fault: several tokens');
    expect(read({ Authorization: ['Bearer a'], authorization: ['Bearer a'] })).toBe('fault: several tokens');
  });
});

const STATEMENT = {
  Action: 'execute-api:Invoke',
  Resource: 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/*',
};

describe('the result', () => {
  test('allows every route, since it is cached for all, and names the caller in texts', () => {
    const caller = { userId: 'alice', groups: ['b', 'a'] };
    const result = buildAuthorizerResult(ARN, { effect: 'allow', grant: { expires: 1000, caller } });
    expect(result).toEqual({
      principalId: expect.stringMatching(/^[0-9a-f]{12}$/),
      policyDocument: { Version: '2012-10-17', Statement: [{ ...STATEMENT, Effect: 'Allow' }] },
      context: { trusted: 'false', exp: '1000', user_id: 'alice', groups: 'b,a' },
    });
  });

  test('names nobody for a trusted token', () => {
    expect(buildAuthorizerResult(ARN, { effect: 'allow', grant: { expires: 1000 } })).toMatchObject({
      principalId: 'trusted',
      context: { trusted: 'true', exp: '1000' },
    });
  });

  test('names the tenant', () => {
    const caller = { userId: 'alice', tenantId: 't1', groups: [] };
    expect(buildAuthorizerResult(ARN, { effect: 'allow', grant: { expires: 1, caller } }).context)
      .toMatchObject({ tenant_id: 't1' });
  });

  test('denies every route, and says nothing else', () => {
    expect(buildAuthorizerResult(ARN, { effect: 'deny' })).toEqual({
      principalId: 'denied',
      policyDocument: { Version: '2012-10-17', Statement: [{ ...STATEMENT, Effect: 'Deny' }] },
    });
  });

  test('is the error that API Gateway answers with 401', () => {
    expect(() => buildAuthorizerResult(ARN, { effect: 'unauthenticated', fault: 'expired' })).toThrow(/^Unauthorized$/);
  });
});

describe('the settings', () => {
  const ENVIRONMENT = {
    TOKEN_KIND: 'oidc',
    TOKEN_ISSUER: 'https://issuer.example',
    TOKEN_JWKS_URI: '',
    TOKEN_AUDIENCE: '["app"]',
    TOKEN_USER_CLAIM: 'sub',
    TOKEN_GROUPS_CLAIM: 'groups',
    TOKEN_TENANT_CLAIM: '',
    TOKEN_REQUIRED_SCOPES: '[]',
    TOKEN_TRUSTED_SCOPE: '',
    TOKEN_TRUSTED_CLIENTS: '[]',
  };

  test('are those of the environment, and an empty text is none', () => {
    expect(readAuthorizerConfig(ENVIRONMENT)).toEqual({
      kind: 'oidc',
      issuer: 'https://issuer.example',
      audience: ['app'],
      userClaim: 'sub',
      groupsClaim: 'groups',
      requiredScopes: [],
      trustedClients: [],
    });
    expect(readAuthorizerConfig({ ...ENVIRONMENT, TOKEN_TRUSTED_SCOPE: 'act', TOKEN_TRUSTED_CLIENTS: '["b"]' }))
      .toMatchObject({ trustedScope: 'act', trustedClients: ['b'] });
  });

  test.each<[keyof typeof ENVIRONMENT, string, string]>([
    ['TOKEN_KIND', 'saml', 'TOKEN_KIND must be one of oidc, cognito, got: saml'],
    ['TOKEN_ISSUER', '', 'TOKEN_ISSUER must be set'],
    ['TOKEN_AUDIENCE', 'app', 'TOKEN_AUDIENCE must be a JSON array of strings, got: app'],
    ['TOKEN_AUDIENCE', '[1]', 'TOKEN_AUDIENCE must be a JSON array of strings, got: [1]'],
    ['TOKEN_REQUIRED_SCOPES', '', 'TOKEN_REQUIRED_SCOPES must be set'],
  ])('fail at the start of the function with %s %j', (name, value, message) => {
    expect(() => readAuthorizerConfig({ ...ENVIRONMENT, [name]: value })).toThrow(message);
  });
});
