import { Duration, Token } from 'aws-cdk-lib';
import type { CognitoAccessOptions, JwtAccessOptions, TokenAccessOptions } from './access-options';
import { GROUPS_CLAIMS } from './token-settings';
import { ANY_CLIENT, type TokenKind } from '../contract';
import {
  checkDuration, checkKnownText, checkList, checkResource, describeValue, throwOptionError, type ResourceKind,
} from '../private/validate';

export const POOL_KIND: ResourceKind = {
  kind: 'cognito.IUserPool',
  member: 'userPoolId',
  example: "cognito.UserPool.fromUserPoolId(this, 'Pool', 'eu-central-1_AbCdEfGhI')",
};
const CLIENT_KIND: ResourceKind = {
  kind: 'cognito.IUserPoolClient',
  member: 'userPoolClientId',
  example: "[userPool.addClient('Web')]",
};
export const FUNCTION_KIND: ResourceKind = {
  kind: 'lambda.IFunction',
  member: 'functionArn',
  example: "lambda.Function.fromFunctionName(this, 'Authorizer', 'authorizer')",
};

/** Claims of RFC 7519, section 4.1, and RFC 8693 that name no user and no groups. */
const RESERVED_CLAIMS = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'azp', 'client_id', 'token_use'];
/** RFC 6749, section 3.3: `scope-token`. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export function checkJwtOptions(options: JwtAccessOptions): void {
  const { issuer, jwksUri, audience, trustedClients } = options;
  checkIssuer(issuer);
  if (jwksUri !== undefined) {
    checkHttpsUrl('jwksUri', jwksUri, /[#@\s]/, "write it like 'https://login.example.com/.well-known/jwks.json'");
  }
  checkTexts('audience', audience, { example: "['https://api.example.com']", named: 'audience' });
  checkTexts('trustedClients', trustedClients, { example: "['backend']", named: 'client', isOptional: true });
  if (trustedClients?.includes(ANY_CLIENT)) {
    const fix = "list the client ids of your backends: a browser's token would be trusted";
    throwOptionError('trustedClients', 'must name clients', ANY_CLIENT, fix);
  }
  checkTokenOptions(options, 'oidc');
}

export function checkCognitoOptions(options: CognitoAccessOptions): void {
  const { clients, trustedClients } = options;
  checkClients('clients', clients);
  if (trustedClients !== undefined) checkClients('trustedClients', trustedClients);
  for (const { node } of trustedClients ?? []) {
    if (clients.some(client => client.node === node)) continue;
    throwOptionError('trustedClients', "must be among 'clients'", node.path, "add it to 'clients': tokens of other clients get 401");
  }
  checkTokenOptions(options, 'cognito');
}

type AnyTokenOptions = TokenAccessOptions & { readonly trustedClients?: readonly unknown[] };

function checkTokenOptions(options: AnyTokenOptions, kind: TokenKind): void {
  const { userClaim = 'sub', groupsClaim = GROUPS_CLAIMS[kind], requiredScopes, trustedScope } = options;
  checkClaim('userClaim', options.userClaim);
  checkClaim('groupsClaim', options.groupsClaim);
  if (userClaim === groupsClaim) {
    const fix = 'name the claim that holds the groups: a user id is no group';
    throwOptionError('groupsClaim', `must differ from 'userClaim' (${userClaim})`, describeValue(groupsClaim), fix);
  }
  checkTexts('requiredScopes', requiredScopes, { example: "['images/use']", named: 'scope', isOptional: true });
  for (const scope of [...requiredScopes ?? [], trustedScope]) {
    checkScope(scope === trustedScope ? 'trustedScope' : 'requiredScopes', scope);
  }
  checkTrust(options);
  checkCacheTtl(options.cacheTtl);
}

function checkTrust({ requiredScopes, trustedScope, trustedClients }: AnyTokenOptions): void {
  if (trustedClients && trustedScope === undefined) {
    const fix = "set 'trustedScope', or leave out 'trustedClients'";
    throwOptionError('trustedClients', "has no effect without 'trustedScope'", `${trustedClients.length} clients`, fix);
  }
  if (trustedScope === undefined) return;
  if (!trustedClients) {
    const fix = "list the client ids of your backends in 'trustedClients': some issuers grant every scope that a browser asks for";
    throwOptionError('trustedScope', "needs 'trustedClients'", describeValue(trustedScope), fix);
  }
  if (requiredScopes?.includes(trustedScope)) {
    const fix = "remove it from 'requiredScopes': tokens of end users must not have it";
    throwOptionError('trustedScope', "must not be one of 'requiredScopes'", describeValue(trustedScope), fix);
  }
}

/** API Gateway API Reference, "Authorizer", `authorizerResultTtlInSeconds`: 3,600 at most. */
export function checkCacheTtl(cacheTtl?: Duration): void {
  checkDuration('cacheTtl', cacheTtl, {
    min: Duration.seconds(0),
    max: Duration.hours(1),
    unit: 'seconds',
    fix: 'this is the range of API Gateway; 0 turns the cache off',
  });
}

/** OpenID Connect Discovery 1.0, section 4. */
const DISCOVERY_PATH = '/.well-known/openid-configuration';

/** OpenID Connect Discovery 1.0, section 3: an issuer is an https URL without query and fragment. */
function checkIssuer(issuer: string): void {
  checkHttpsUrl('issuer', issuer, /[?#@\s]/, "write it as the claim 'iss' does, like 'https://login.example.com/'");
  if (Token.isUnresolved(issuer) || !issuer.endsWith(DISCOVERY_PATH)) return;
  const fix = `leave out '${DISCOVERY_PATH}', and write it as the claim 'iss' does, with or without a slash at the end`;
  throwOptionError('issuer', 'must be the issuer, not its discovery document', describeValue(issuer), fix);
}

/** Tokens pass: their values are known at deployment only. */
function checkHttpsUrl(option: string, url: unknown, forbidden: RegExp, fix: string): void {
  if (Token.isUnresolved(url)) return;
  const isUrl = typeof url === 'string' && url.startsWith('https://') && !forbidden.test(url) && URL.canParse(url);
  if (isUrl) return;
  const rule = option === 'issuer'
    ? 'must be an https URL without user, query and fragment'
    : 'must be an https URL without user and fragment';
  throwOptionError(option, rule, describeValue(url), fix);
}

interface TextsRule {
  readonly example: string;
  readonly named: string;
  readonly isOptional?: boolean;
}

/** A list that is a token has an unknown length, and its entries could not be compared. */
function checkTexts(option: string, values: readonly string[] | undefined, rule: TextsRule): void {
  const { example, named, isOptional = false } = rule;
  if (values === undefined && isOptional) return;
  checkKnownText(option, values);
  checkList(option, values ?? undefined, example);
  if (!values || values.length === 0) {
    const fix = isOptional ? `write it like ${example}, or leave it out` : `write it like ${example}`;
    throwOptionError(option, `must name at least one ${named}`, describeValue(values), fix);
  }
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'string' || value.trim() !== value || value === '') {
      throwOptionError(option, 'must hold texts without outer blanks', describeValue(value), `write it like ${example}`);
    }
    if (values.indexOf(value) !== index) {
      throwOptionError(option, `must name each ${named} once`, `${describeValue(value)} twice`, 'remove one of them');
    }
  }
}

function checkClients(option: string, clients: CognitoAccessOptions['clients']): void {
  checkList(option, clients, CLIENT_KIND.example);
  if (!clients || clients.length === 0) {
    throwOptionError(option, 'must name at least one app client', describeValue(clients), `write it like ${CLIENT_KIND.example}`);
  }
  for (const [index, client] of clients.entries()) {
    if (client === undefined) throwOptionError(option, 'must hold app clients', 'undefined', `write it like ${CLIENT_KIND.example}`);
    checkResource(option, client, CLIENT_KIND);
    if (clients.findIndex(({ node }) => node === client.node) === index) continue;
    throwOptionError(option, 'must name each app client once', `${client.node.path} twice`, 'remove one of them');
  }
}

function checkClaim(option: string, claim: unknown): void {
  if (claim === undefined || Token.isUnresolved(claim)) return;
  const isName = typeof claim === 'string' && claim !== '' && claim.trim() === claim;
  if (!isName) {
    throwOptionError(option, 'must be the name of a claim', describeValue(claim), "write it like 'sub' or 'https://example.com/groups'");
  }
  if (!RESERVED_CLAIMS.includes(claim)) return;
  const rule = `must not be a claim with a meaning of its own (${RESERVED_CLAIMS.join(', ')})`;
  throwOptionError(option, rule, claim, 'name a claim about the user');
}

function checkScope(option: string, scope: unknown): void {
  if (scope === undefined || Token.isUnresolved(scope)) return;
  if (typeof scope === 'string' && SCOPE.test(scope)) return;
  throwOptionError(
    option, 'must hold scopes of printable ASCII without blanks, quotes and backslashes', describeValue(scope),
    "write it like 'images/use'",
  );
}
