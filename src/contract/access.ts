/**
 * How the API function learns the caller. `iam`: a trusted backend signs the request and names the user in headers.
 * `jwt`: the service's own authorizer has verified a token. `custom`: the app's own authorizer has decided.
 */
export const ACCESS_MODES = ['iam', 'jwt', 'custom'] as const;
export type AccessMode = typeof ACCESS_MODES[number];

/** Request headers in which a trusted caller names the user, the groups and the tenant, or acts as the service. */
export const PRINCIPAL_HEADERS = {
  USER: 'x-user-id',
  GROUPS: 'x-user-groups',
  TENANT: 'x-tenant-id',
  ACT_AS: 'x-act-as',
} as const;

/** The only value of `x-act-as`. */
export const ACT_AS_SERVICE = 'service';

/**
 * Keys of an authorizer's context. API Gateway passes each value as a string
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html).
 */
export const AUTHORIZER_CONTEXT = {
  USER: 'user_id',
  TENANT: 'tenant_id',
  /**
   * JSON array of strings. The service's own authorizer joins the groups by commas instead, which no name holds: the
   * result of an authorizer has 8 KB at most
   * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html).
   */
  GROUPS: 'groups',
  /** `true` if the caller is trusted to name the user in headers. */
  TRUSTED: 'trusted',
  /** End of the token in epoch seconds. Required in `jwt` mode: API Gateway caches a result for longer. */
  EXPIRES: 'exp',
} as const;

/** Pattern of user ids, tenant ids and groups, as the source of a regular expression. */
export const PRINCIPAL_NAME = '[A-Za-z0-9._@|:+=-]{1,128}';

export const PRINCIPAL_LIMITS = {
  /** Entries of `x-user-groups`, repeats included. */
  HEADER_GROUPS: 100,
  /** Bytes of a token's groups, joined by commas. */
  TOKEN_GROUPS_BYTES: 4000,
  /** Bytes of a token. */
  TOKEN_BYTES: 8000,
  /** Bytes of an authorizer's result. API Gateway answers 500 for more. */
  AUTHORIZER_RESULT_BYTES: 8192,
} as const;

/** Allowance for clocks that differ (seconds), at both ends of a token's life. */
export const CLOCK_TOLERANCE_SECONDS = 60;

/** Variables of the authorizer function. Of `COMMON_ENV` it gets only those that Powertools reads. */
export const AUTHORIZER_ENV = {
  /** Exact value of the claim `iss`. */
  ISSUER: 'TOKEN_ISSUER',
  /** URL of the key set. Empty: the issuer's discovery document names it. */
  JWKS_URI: 'TOKEN_JWKS_URI',
  /** JSON array; the token's audience must be one of them. */
  AUDIENCE: 'TOKEN_AUDIENCE',
  /** `oidc`, or `cognito`: access tokens of Cognito name their client in `client_id` and have no `aud`. */
  KIND: 'TOKEN_KIND',
  USER_CLAIM: 'TOKEN_USER_CLAIM',
  GROUPS_CLAIM: 'TOKEN_GROUPS_CLAIM',
  /** Empty: tenancy is off. */
  TENANT_CLAIM: 'TOKEN_TENANT_CLAIM',
  /** JSON array; a token needs each of them. */
  REQUIRED_SCOPES: 'TOKEN_REQUIRED_SCOPES',
  /** Empty: no token is trusted. */
  TRUSTED_SCOPE: 'TOKEN_TRUSTED_SCOPE',
  /**
   * JSON array of client ids (`azp` or `client_id`) whose tokens the trusted scope makes trusted. `ANY_CLIENT` in it
   * stands for every client.
   */
  TRUSTED_CLIENTS: 'TOKEN_TRUSTED_CLIENTS',
} as const;

/** A trusted client that stands for every client. Only the local server sets it; the construct must reject it. */
export const ANY_CLIENT = '*';

export const TOKEN_KINDS = ['oidc', 'cognito'] as const;
export type TokenKind = typeof TOKEN_KINDS[number];
