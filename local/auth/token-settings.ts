import { ANY_CLIENT, API_ENV, AUTHORIZER_ENV } from '../../src/contract';

/** How the server verifies tokens. Undefined options of the command line have their defaults here. */
export interface TokenSettings {
  /** Undefined: the server issues development tokens itself. */
  readonly issuer?: string;
  /** Undefined: the issuer's discovery document names it. */
  readonly jwksUri?: string;
  readonly audience: readonly string[];
  readonly userClaim: string;
  readonly groupsClaim: string;
  readonly requiredScopes: readonly string[];
  /** Undefined: no token is trusted. */
  readonly trustedScope?: string;
  readonly trustedClients: readonly string[];
}

/** Claims and scopes of development tokens. */
export const DEVELOPMENT = {
  AUDIENCE: 'cdk-image-service',
  USER_CLAIM: 'sub',
  GROUPS_CLAIM: 'groups',
  /** Client of a user's token. */
  CLIENT: 'web',
  /** With this scope, a token of the trusted client is trusted. */
  TRUSTED_SCOPE: 'images/trusted',
  TRUSTED_CLIENT: 'backend',
} as const;

/** Settings that `--trusted-scope` has on this machine: a developer need not register clients. */
export const ANY_CLIENTS: readonly string[] = [ANY_CLIENT];

export const DEVELOPMENT_SETTINGS: TokenSettings = {
  audience: [DEVELOPMENT.AUDIENCE],
  userClaim: DEVELOPMENT.USER_CLAIM,
  groupsClaim: DEVELOPMENT.GROUPS_CLAIM,
  requiredScopes: [],
  trustedScope: DEVELOPMENT.TRUSTED_SCOPE,
  trustedClients: [DEVELOPMENT.TRUSTED_CLIENT],
};

/** Variables of the authorizer and of the API function, as the construct sets them. */
export function buildTokenEnvironment(
  settings: TokenSettings, issuer: Pick<Required<TokenSettings>, 'issuer'> & Pick<TokenSettings, 'jwksUri'>,
): Record<string, string> {
  return {
    [API_ENV.ACCESS]: 'jwt',
    [AUTHORIZER_ENV.ISSUER]: issuer.issuer,
    [AUTHORIZER_ENV.JWKS_URI]: issuer.jwksUri ?? '',
    [AUTHORIZER_ENV.AUDIENCE]: JSON.stringify(settings.audience),
    [AUTHORIZER_ENV.KIND]: 'oidc',
    [AUTHORIZER_ENV.USER_CLAIM]: settings.userClaim,
    [AUTHORIZER_ENV.GROUPS_CLAIM]: settings.groupsClaim,
    [AUTHORIZER_ENV.TENANT_CLAIM]: '',
    [AUTHORIZER_ENV.REQUIRED_SCOPES]: JSON.stringify(settings.requiredScopes),
    [AUTHORIZER_ENV.TRUSTED_SCOPE]: settings.trustedScope ?? '',
    [AUTHORIZER_ENV.TRUSTED_CLIENTS]: JSON.stringify(settings.trustedClients),
  };
}
