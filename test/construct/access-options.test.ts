import { Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { JWT, makeUserPool } from './accesses';
import { synthesize } from './synth';
import { ApiAccess, type JwtAccessOptions } from '../../src';

const TRUST = { trustedScope: 'images/trusted', trustedClients: ['backend'] };
const { userPool, web, backend } = makeUserPool(new Stack());

describe('ApiAccess.jwt()', () => {
  test.each<[object, string]>([
    [{ issuer: 'http://login.example.com/' }, "'access.issuer' must be an https URL without user, query and fragment, got: \"http://login.example.com/\"; write it as the claim 'iss' does"],
    [{ issuer: 'http://127.0.0.1:8080' }, "'access.issuer' must be an https URL"],
    [{ issuer: 'login.example.com' }, "'access.issuer' must be an https URL"],
    [{ issuer: '' }, "'access.issuer' must be an https URL without user, query and fragment, got: \"\""],
    [{ issuer: undefined }, "'access.issuer' must be an https URL without user, query and fragment, got: undefined"],
    [{ issuer: 'https://login.example.com/?tenant=a' }, "'access.issuer' must be an https URL"],
    [{ issuer: 'https://login.example.com/#a' }, "'access.issuer' must be an https URL"],
    [{ issuer: 'https://me@login.example.com/' }, "'access.issuer' must be an https URL"],
    [{ issuer: ' https://login.example.com/' }, "'access.issuer' must be an https URL"],
    [{ issuer: 'https://login.example.com/ ' }, "'access.issuer' must be an https URL"],
    [{ issuer: 'https://login.example.com/.well-known/openid-configuration' }, "'access.issuer' must be the issuer, not its discovery document, got: \"https://login.example.com/.well-known/openid-configuration\"; leave out '/.well-known/openid-configuration'"],
    [{ issuer: 'https://' }, "'access.issuer' must be an https URL"],
    [{ jwksUri: 'http://login.example.com/keys' }, "'access.jwksUri' must be an https URL without user and fragment, got: \"http://login.example.com/keys\"; write it like"],
    [{ jwksUri: '' }, "'access.jwksUri' must be an https URL"],
    [{ audience: [] }, "'access.audience' must name at least one audience, got: []; write it like ['https://api.example.com']"],
    [{ audience: undefined }, "'access.audience' must name at least one audience, got: undefined"],
    [{ audience: 'images' }, "'access.audience' must be a list, got: \"images\""],
    [{ audience: [''] }, "'access.audience' must hold texts without outer blanks, got: \"\""],
    [{ audience: [' a'] }, "'access.audience' must hold texts without outer blanks, got: \" a\""],
    [{ audience: [7] }, "'access.audience' must hold texts without outer blanks, got: 7"],
    [{ audience: ['a', 'b', 'a'] }, "'access.audience' must name each audience once, got: \"a\" twice; remove one of them"],
    [{ audience: Fn.split(',', Fn.importValue('audiences')) }, "'access.audience' must be known at synthesis, got: a token"],
    [{ userClaim: '' }, "'access.userClaim' must be the name of a claim, got: \"\""],
    [{ userClaim: 'exp' }, "'access.userClaim' must not be a claim with a meaning of its own (iss, aud, exp, nbf, iat, jti, scope, azp, client_id, token_use), got: exp"],
    [{ groupsClaim: 'scope' }, "'access.groupsClaim' must not be a claim with a meaning of its own"],
    [{ groupsClaim: 'sub' }, "'access.groupsClaim' must differ from 'userClaim' (sub), got: \"sub\""],
    [{ userClaim: 'groups' }, "'access.groupsClaim' must differ from 'userClaim' (groups), got: \"groups\""],
    [{ requiredScopes: [] }, "'access.requiredScopes' must name at least one scope, got: []; write it like ['images/use'], or leave it out"],
    [{ requiredScopes: ['a b'] }, "'access.requiredScopes' must hold scopes of printable ASCII without blanks, quotes and backslashes, got: \"a b\""],
    [{ requiredScopes: ['a', 'a'] }, "'access.requiredScopes' must name each scope once, got: \"a\" twice"],
    [{ trustedScope: 'images/trusted' }, "'access.trustedScope' needs 'trustedClients', got: \"images/trusted\"; list the client ids of your backends"],
    [{ trustedClients: ['backend'] }, "'access.trustedClients' has no effect without 'trustedScope', got: 1 clients; set 'trustedScope'"],
    [{ ...TRUST, trustedClients: [] }, "'access.trustedClients' must name at least one client, got: []"],
    [{ ...TRUST, trustedClients: ['*'] }, "'access.trustedClients' must name clients, got: *; list the client ids"],
    [{ ...TRUST, trustedScope: '' }, "'access.trustedScope' must hold scopes of printable ASCII"],
    [{ ...TRUST, requiredScopes: ['images/trusted'] }, "'access.trustedScope' must not be one of 'requiredScopes', got: \"images/trusted\""],
    [{ cacheTtl: Duration.minutes(61) }, "'access.cacheTtl' must be a time from 0 seconds to 1 hour in whole seconds, got: 1 hour 1 minute; this is the range of API Gateway; 0 turns the cache off"],
    [{ cacheTtl: Duration.millis(1500) }, "'access.cacheTtl' must be a time"],
    [{ cacheTtl: 300 }, "'access.cacheTtl' must be a Duration, got: 300"],
    [{ tenantClaim: 'org' }, "'access.tenantClaim' is not an option of ApiAccess.jwt(), got: \"org\"; it has issuer,"],
    [{ audiences: ['a'] }, "'access.audiences' is not an option of ApiAccess.jwt(), got: a list; it has issuer,"],
  ])('rejects %j', (options, message) => {
    expect(() => ApiAccess.jwt({ ...JWT, ...options } as JwtAccessOptions)).toThrow(message);
  });

  test('rejects a text in place of options', () => {
    expect(() => ApiAccess.jwt('https://login.example.com/' as never)).toThrow(
      "'access' of ApiAccess.jwt() must be an object of options, got: \"https://login.example.com/\"",
    );
  });

  test.each<[object]>([
    [{ issuer: 'https://login.example.com' }],
    [{ issuer: 'https://login.example.com/realms/a' }],
    [{ issuer: 'https://login.example.com:8443/' }],
    [{ jwksUri: 'https://login.example.com/keys?policy=a' }],
    [{ userClaim: 'https://example.com/id', groupsClaim: 'sub' }],
    [{ ...TRUST, requiredScopes: ['images/use'] }],
    [{ cacheTtl: Duration.seconds(1) }],
    [{ cacheTtl: Duration.hours(1) }],
    [{ cacheTtl: Duration.seconds(0) }],
  ])('takes %j', options => {
    expect(() => ApiAccess.jwt({ ...JWT, ...options })).not.toThrow();
  });

  test('takes values that are known at deployment only', () => {
    const text = (value: string) => Lazy.string({ produce: () => value });
    expect(() => ApiAccess.jwt({
      issuer: text('https://login.example.com/'),
      audience: [text('a'), text('b')],
      jwksUri: text('https://login.example.com/keys'),
      userClaim: text('uid'),
      groupsClaim: text('roles'),
      requiredScopes: [text('use')],
      trustedScope: text('trusted'),
      trustedClients: [text('backend')],
    })).not.toThrow();
  });

  test('keeps its lists when the caller changes them later', () => {
    const audience = ['first'];
    const access = ApiAccess.jwt({ ...JWT, audience });
    audience.push('second');
    const { one } = synthesize({ access });
    expect(one('AWS::Lambda::Function', 'ApiAuthorizer').Properties.Environment.Variables.TOKEN_AUDIENCE).toBe('["first"]');
  });

  test.each([
    ['audience', { audience: listLong('audience') }, 'list fewer audiences or clients'],
    ['requiredScopes', { requiredScopes: listLong('scope') }, 'require fewer scopes'],
    ['trustedClients', { ...TRUST, trustedClients: listLong('client') }, 'trust fewer clients'],
    ['jwksUri', { jwksUri: `https://example.com/${'k'.repeat(4000)}` }, 'use a shorter URL'],
  ])('rejects a value of %s that the environment of a function cannot hold', (option, options, fix) => {
    expect(() => synthesize({ access: ApiAccess.jwt({ ...JWT, ...options }) })).toThrow(
      new RegExp(`'access.${option}' must keep all environment variables of a function within 4096 bytes.*; ${fix}`),
    );
  });
});

function listLong(name: string): string[] {
  return Array.from({ length: 100 }, (_, index) => `${name}-${index}-${'x'.repeat(40)}`);
}

describe('ApiAccess.cognito()', () => {
  test.each<[object, string]>([
    [{ clients: [] }, "'access.clients' must name at least one app client, got: []; write it like [userPool.addClient('Web')]"],
    [{ clients: undefined }, "'access.clients' must name at least one app client, got: undefined"],
    [{ clients: ['web'] }, "'access.clients' must be a construct of type cognito.IUserPoolClient, got: \"web\""],
    [{ clients: [undefined] }, "'access.clients' must hold app clients, got: undefined"],
    [{ clients: [web, web] }, "'access.clients' must name each app client once, got: Default/Client-web twice"],
    [{ trustedClients: [backend] }, "'access.trustedClients' must be among 'clients', got: Default/Client-backend; add it to 'clients'"],
    [{ trustedClients: [web] }, "'access.trustedClients' has no effect without 'trustedScope', got: 1 clients"],
    [{ trustedScope: 'images/trusted' }, "'access.trustedScope' needs 'trustedClients'"],
    [{ userClaim: 'cognito:groups' }, "'access.groupsClaim' must differ from 'userClaim' (cognito:groups)"],
    [{ issuer: 'https://login.example.com' }, "'access.issuer' is not an option of ApiAccess.cognito()"],
  ])('rejects options %#', (options, message) => {
    expect(() => ApiAccess.cognito(userPool, { clients: [web], ...options })).toThrow(message);
  });

  test.each([[undefined, 'undefined'], ['eu-central-1_AbCdEfGhI', '"eu-central-1_AbCdEfGhI"']])(
    'rejects %j in place of a user pool', (value, got) => {
      expect(() => ApiAccess.cognito(value as never, { clients: [web] })).toThrow(
        `'access.userPool' must be a construct of type cognito.IUserPool, got: ${got}; write it like`,
      );
    },
  );
});

describe('ApiAccess.custom()', () => {
  test.each([[undefined, 'undefined'], ['arn:aws:lambda:eu-central-1:111122223333:function:own', '"arn:']])(
    'rejects %j in place of a function', (value, got) => {
      expect(() => ApiAccess.custom(value as never)).toThrow(
        `'access.authorizerFunction' must be a construct of type lambda.IFunction, got: ${got}`,
      );
    },
  );

  test('rejects a cache of more than an hour', () => {
    const handler = { node: {}, functionArn: 'arn' } as unknown as lambda.IFunction;
    expect(() => ApiAccess.custom(handler, { cacheTtl: Duration.hours(2) })).toThrow(
      "'access.cacheTtl' must be a time from 0 seconds to 1 hour in whole seconds, got: 2 hours",
    );
  });
});
