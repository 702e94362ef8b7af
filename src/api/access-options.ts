import type { Duration } from 'aws-cdk-lib';
import type * as cognito from 'aws-cdk-lib/aws-cognito';

/** Options of access by tokens, for every issuer. */
export interface TokenAccessOptions {
  /**
   * Claim that holds the user id. A token without it, or with a value that is no user id, gets 401. A user id has 1 to
   * 128 letters, digits and `._@|:+=-`. The claim must be unique and permanent: its value owns the images.
   * @default 'sub'
   */
  readonly userClaim?: string;

  /**
   * Claim that holds the groups of the user, as a list or one text. Values that are no group names are ignored.
   * @default - `groups`; with Cognito `cognito:groups`
   */
  readonly groupsClaim?: string;

  /**
   * Scopes that every token needs, also trusted ones. A valid token without one gets 403. The claim `scope` must be a
   * text with the scopes divided by blanks. ID tokens have no scopes.
   * @default - no scope is required
   */
  readonly requiredScopes?: string[];

  /**
   * Scope that makes the tokens of `trustedClients` trusted. A trusted caller is a backend: it names the user in
   * `x-user-id`, or acts as the service with `x-act-as: service`. Needs `trustedClients`. It must not be one of
   * `requiredScopes`.
   * @default - no token is trusted
   */
  readonly trustedScope?: string;

  /**
   * How long API Gateway caches the authorizer's decision about a token. The API refuses a token that has run out,
   * also while its decision is cached. From 0 (no cache: the authorizer runs for every request) to 1 hour, in whole
   * seconds.
   * @default Duration.minutes(5)
   */
  readonly cacheTtl?: Duration;
}

/** Options of `ApiAccess.jwt()`. */
export interface JwtAccessOptions extends TokenAccessOptions {
  /**
   * The issuer of the tokens: an https URL without query and fragment. It must equal the claim `iss` exactly, also in a
   * trailing slash.
   */
  readonly issuer: string;

  /**
   * At least one audience. The claim `aud` of a token must hold one of them. It names your API at the issuer.
   */
  readonly audience: string[];

  /**
   * Where the issuer publishes its keys: an https URL.
   * @default - the issuer's discovery document, `<issuer>/.well-known/openid-configuration`, names it
   */
  readonly jwksUri?: string;

  /**
   * Client ids of backends, as the claim `azp` or `client_id` states them. Their tokens are trusted if they have
   * `trustedScope`. Never list a client that runs in a browser or on a phone: some issuers grant every requested scope.
   * Needs `trustedScope`.
   * @default - no token is trusted
   */
  readonly trustedClients?: string[];
}

/** Options of `ApiAccess.cognito()`. */
export interface CognitoAccessOptions extends TokenAccessOptions {
  /**
   * At least one app client of the pool. Tokens of other clients get 401.
   */
  readonly clients: cognito.IUserPoolClient[];

  /**
   * Those of `clients` that are backends with a client secret. Their tokens are trusted if they have `trustedScope`.
   * Needs `trustedScope`.
   * @default - no token is trusted
   */
  readonly trustedClients?: cognito.IUserPoolClient[];
}

/** Options of `ApiAccess.custom()`. */
export interface CustomAccessOptions {
  /**
   * How long API Gateway caches the authorizer's decision, by the value of the header `Authorization`. A request
   * without this header gets 401 then. With 0 the function is called for every request, with or without the header, so
   * it may read other headers. From 0 to 1 hour, in whole seconds.
   * @default Duration.minutes(5)
   */
  readonly cacheTtl?: Duration;
}
