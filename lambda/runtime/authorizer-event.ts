import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { readRequestId } from './gateway-event';
import { AUTHORIZER_CONTEXT } from '../../src/contract';
import { buildOwner } from '../domain/caller';
import { computeShortHash } from '../domain/short-hash';
import type { Grant } from '../domain/token/judge-claims';
import { TokenError, type TokenFault } from '../domain/token/token-error';

/** The decision on a token: a grant, 403, or 401. */
export type Decision =
  | { readonly effect: 'allow'; readonly grant: Grant }
  | { readonly effect: 'deny' }
  | { readonly effect: 'unauthenticated'; readonly fault: TokenFault };

/** The word of a decision in a log line: the same for all requests of a caller, or `trusted`. */
export function describeCaller({ caller }: Grant): string {
  return caller === undefined ? 'trusted' : computeShortHash(buildOwner(caller));
}

export function readAuthorizerRequestId(event: APIGatewayRequestAuthorizerEvent): string {
  return readRequestId(event.requestContext);
}

/** RFC 6750, section 2.1. The scheme is compared without case (RFC 9110, section 11.1). */
const BEARER = /^bearer +([^ ]+)$/i;

/** The token of a request. Throws `TokenError`. */
export function readToken({ multiValueHeaders, headers }: APIGatewayRequestAuthorizerEvent): string {
  const all = multiValueHeaders ?? headers ?? {};
  const values = Object.entries(all).flatMap(
    ([name, value]) => name.toLowerCase() === 'authorization' ? [value ?? []].flat() : [],
  );
  if (values.length > 1) throw new TokenError('several tokens');
  const token = BEARER.exec(values[0] ?? '')?.[1];
  if (token === undefined) throw new TokenError(values[0] ? 'malformed' : 'no token');
  return token;
}

/**
 * The answer to API Gateway. An error with exactly this message is 401; each other one is 500, which the API turns into
 * 503 (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html).
 */
export function buildAuthorizerResult(methodArn: string, decision: Decision): APIGatewayAuthorizerResult {
  if (decision.effect === 'unauthenticated') throw new Error('Unauthorized');
  const isAllowed = decision.effect === 'allow';
  return {
    principalId: isAllowed ? describeCaller(decision.grant) : 'denied',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{
        Action: 'execute-api:Invoke',
        Effect: isAllowed ? 'Allow' : 'Deny',
        Resource: buildApiArn(methodArn),
      }],
    },
    ...isAllowed && { context: buildContext(decision.grant) },
  };
}

/** All methods and paths: API Gateway caches the answer by the token, and serves every route with it. */
function buildApiArn(methodArn: string): string {
  const [api, stage] = methodArn.split('/');
  return `${api}/${stage}/*`;
}

/** Facts of the token alone: with a cached answer, facts of one request would reach another. */
function buildContext({ expires, caller }: Grant): Record<string, string> {
  const context: Record<string, string> = {
    [AUTHORIZER_CONTEXT.TRUSTED]: String(caller === undefined),
    [AUTHORIZER_CONTEXT.EXPIRES]: String(expires),
  };
  if (caller === undefined) return context;
  const { userId, tenantId, groups = [] } = caller;
  context[AUTHORIZER_CONTEXT.USER] = userId;
  context[AUTHORIZER_CONTEXT.GROUPS] = groups.join();
  if (tenantId !== undefined) context[AUTHORIZER_CONTEXT.TENANT] = tenantId;
  return context;
}
