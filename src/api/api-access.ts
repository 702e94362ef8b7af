import { Duration } from 'aws-cdk-lib';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { AccessBinding, BindAccess } from './access-binding';
import { checkCacheTtl, checkCognitoOptions, checkJwtOptions, FUNCTION_KIND, POOL_KIND } from './access-checks';
import type { CognitoAccessOptions, CustomAccessOptions, JwtAccessOptions } from './access-options';
import { makeTokenAuthorizer } from './token-authorizer';
import { completeClaims, GROUPS_CLAIMS, type TokenSettings } from './token-settings';
import { checkEnvironment } from '../private/owned';
import {
  checkResource, listOptionNames, makeFromOptions, throwOptionError, type ResourceKind,
} from '../private/validate';

const TOKEN_OPTIONS = {
  userClaim: true, groupsClaim: true, requiredScopes: true, trustedScope: true, trustedClients: true, cacheTtl: true,
} as const;
const JWT_OPTIONS = listOptionNames<JwtAccessOptions>({
  issuer: true, audience: true, jwksUri: true, ...TOKEN_OPTIONS,
});
const COGNITO_OPTIONS = listOptionNames<CognitoAccessOptions>({ clients: true, ...TOKEN_OPTIONS });
const CUSTOM_OPTIONS = listOptionNames<CustomAccessOptions>({ cacheTtl: true });

const DEFAULT_CACHE_TTL = Duration.minutes(5);

/**
 * Access to the API: the callers, and how a request names its user. docs/access.md has a recipe for each factory.
 */
export class ApiAccess {
  /**
   * Callers sign requests with AWS credentials (Signature Version 4). The caller is a trusted backend that names the
   * user in the header `x-user-id`. Give it permission with `ImageService.grantInvoke()`.
   */
  public static iam(): ApiAccess {
    return new ApiAccess(() => ({ mode: 'iam', factory: 'ApiAccess.iam()' }));
  }

  /**
   * End users call the API with `Authorization: Bearer <token>`, such as an access token of Auth0, Okta, Keycloak or
   * Entra ID. The service adds an authorizer function. It verifies signature, issuer, audience and times of the token,
   * and takes the user from its claims. Tokens must be JWTs of at most 8,000 bytes with `exp` and `kid`, signed by
   * RS256, RS384, RS512, ES256, ES384, ES512 or EdDSA. Any other token gets 401.
   *
   * In a VPC, the authorizer function needs a NAT gateway to reach the issuer.
   * @throws if an option breaks a rule or two options contradict each other; the error names the option, the rule, the
   * value and the fix
   */
  public static jwt(options: JwtAccessOptions): ApiAccess {
    return makeFromOptions('access', 'ApiAccess.jwt()', options, JWT_OPTIONS, () => {
      checkJwtOptions(options);
      const { issuer, audience, jwksUri = '', trustedClients = [] } = options;
      const claims = completeClaims(options, GROUPS_CLAIMS.oidc);
      const settings: TokenSettings = {
        kind: 'oidc', issuer, jwksUri, audience: [...audience], trustedClients: [...trustedClients], ...claims,
      };
      return new ApiAccess(bindTokens('ApiAccess.jwt()', settings, options.cacheTtl));
    });
  }

  /**
   * End users call the API with `Authorization: Bearer <token>`, an access token or ID token of an Amazon Cognito user
   * pool. The service adds an authorizer function, as with `jwt()`. Access tokens carry the scopes; ID tokens have
   * none.
   * @throws if an option breaks a rule or two options contradict each other; the error names the option, the rule, the
   * value and the fix
   */
  public static cognito(userPool: cognito.IUserPool, options: CognitoAccessOptions): ApiAccess {
    return makeFromOptions('access', 'ApiAccess.cognito()', options, COGNITO_OPTIONS, () => {
      checkRequired('userPool', userPool, POOL_KIND);
      checkCognitoOptions(options);
      return new ApiAccess(bindTokens('ApiAccess.cognito()', buildCognitoSettings(userPool, options), options.cacheTtl));
    });
  }

  /**
   * A Lambda authorizer of your own decides: a REQUEST authorizer in the account and region of the service. Its answer
   * must allow the whole API, because cached answers serve every route. Its context names the user in `user_id`, the
   * groups in `groups` (a JSON array of texts), and a trusted caller by `trusted` (`true`). A context with `exp`, in
   * epoch seconds, ends then, also if it is cached. API Gateway gets the permission to call the function.
   * @throws if the function is no function, or an option breaks a rule; the error names the option, the rule, the value
   * and the fix
   */
  public static custom(authorizerFunction: lambda.IFunction, options: CustomAccessOptions = {}): ApiAccess {
    return makeFromOptions('access', 'ApiAccess.custom()', options, CUSTOM_OPTIONS, () => {
      checkRequired('authorizerFunction', authorizerFunction, FUNCTION_KIND);
      checkCacheTtl(options.cacheTtl);
      const cacheTtl = options.cacheTtl ?? DEFAULT_CACHE_TTL;
      return new ApiAccess(scope => {
        checkEnvironment('access.authorizerFunction', authorizerFunction, scope, true);
        const needsHeader = cacheTtl.isUnresolved() || cacheTtl.toSeconds() > 0;
        return {
          mode: 'custom',
          factory: 'ApiAccess.custom()',
          authorizer: { handler: authorizerFunction, cacheTtl, needsHeader },
        };
      });
    });
  }

  /**
   * Makes the authorizer in an API, if there is one.
   * @internal
   */
  public readonly _bind: BindAccess;

  private constructor(bind: BindAccess) {
    this._bind = bind;
  }
}

function bindTokens(factory: string, settings: TokenSettings, cacheTtl = DEFAULT_CACHE_TTL): BindAccess {
  return (scope, functionSettings): AccessBinding => {
    const handler = makeTokenAuthorizer(scope, settings, functionSettings);
    return { mode: 'jwt', factory, authorizer: { handler, ownFunction: handler, cacheTtl, needsHeader: true } };
  };
}

/**
 * The URL of the pool is built here: MiniStack rolls a stack back that reads the attribute `ProviderURL`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
function buildCognitoSettings(userPool: cognito.IUserPool, options: CognitoAccessOptions): TokenSettings {
  const { clients, trustedClients = [] } = options;
  const issuer = `https://cognito-idp.${userPool.env.region}.amazonaws.com/${userPool.userPoolId}`;
  return {
    kind: 'cognito',
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    audience: clients.map(client => client.userPoolClientId),
    trustedClients: trustedClients.map(client => client.userPoolClientId),
    ...completeClaims(options, GROUPS_CLAIMS.cognito),
  };
}

/** `checkResource` passes undefined, since an option may be left out. */
function checkRequired(argument: string, value: unknown, kind: ResourceKind): void {
  if (value !== undefined) return checkResource(argument, value, kind);
  throwOptionError(argument, `must be a construct of type ${kind.kind}`, 'undefined', `write it like ${kind.example}`);
}
