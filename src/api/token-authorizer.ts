import { Duration, Size, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { TokenSettings } from './token-settings';
import { AUTHORIZER_ENV } from '../contract';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';

/** Makes the function that verifies tokens. It writes logs and has no other right: it reads no image and no record. */
export function makeTokenAuthorizer(
  scope: Construct, settings: TokenSettings, functionSettings: FunctionSettings,
): lambda.Function {
  return new HandlerFunction(scope, 'Authorizer', {
    handler: 'authorizer',
    description: 'Image service: verifies the tokens of callers',
    functionSettings,
    // CPU grows with memory, and a caller waits for a cold start.
    memory: Size.mebibytes(512),
    timeout: Duration.seconds(10),
    environment: buildEnvironment(Stack.of(scope), settings),
  }).function;
}

function buildEnvironment(stack: Stack, settings: TokenSettings): Record<string, string> {
  return {
    [AUTHORIZER_ENV.KIND]: settings.kind,
    [AUTHORIZER_ENV.ISSUER]: settings.issuer,
    [AUTHORIZER_ENV.JWKS_URI]: settings.jwksUri,
    [AUTHORIZER_ENV.AUDIENCE]: stack.toJsonString(settings.audience),
    [AUTHORIZER_ENV.USER_CLAIM]: settings.userClaim,
    [AUTHORIZER_ENV.GROUPS_CLAIM]: settings.groupsClaim,
    // The service has no tenants yet.
    [AUTHORIZER_ENV.TENANT_CLAIM]: '',
    [AUTHORIZER_ENV.REQUIRED_SCOPES]: stack.toJsonString(settings.requiredScopes),
    [AUTHORIZER_ENV.TRUSTED_SCOPE]: settings.trustedScope,
    [AUTHORIZER_ENV.TRUSTED_CLIENTS]: stack.toJsonString(settings.trustedClients),
  };
}
