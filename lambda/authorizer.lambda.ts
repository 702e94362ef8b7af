import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { readAuthorizerConfig } from './runtime/authorizer-config';
import { buildAuthorizerResult } from './runtime/authorizer-event';
import { type Invocation, runInvocation } from './runtime/invocation';
import { createAuthorize } from './wiring/authorizer';

const authorize = createAuthorize(readAuthorizerConfig(process.env));

/** A Lambda authorizer of API Gateway, of the type REQUEST. It fails for a client without a valid token. */
export async function handler(
  event: APIGatewayRequestAuthorizerEvent, context: Invocation = {},
): Promise<APIGatewayAuthorizerResult> {
  const decision = await runInvocation(context, async () => authorize(event));
  // Outside of the invocation's own log: a missing token is no failure of the function.
  return buildAuthorizerResult(event.methodArn, decision);
}
