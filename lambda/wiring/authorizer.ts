import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { judgeClaims } from '../domain/token/judge-claims';
import { TokenError } from '../domain/token/token-error';
import type { AuthorizerConfig } from '../runtime/authorizer-config';
import { type Decision, describeCaller, readAuthorizerRequestId, readToken } from '../runtime/authorizer-event';
import { logger } from '../runtime/telemetry';
import { createKeySet } from '../tokens/key-set';
import { loadKeys } from '../tokens/load-keys';
import { createTokenVerifier } from '../tokens/verify-token';

export type Authorize = (event: APIGatewayRequestAuthorizerEvent) => Promise<Decision>;

/** Decides on requests by their tokens. The keys are read with the first token, not with the start of the function. */
export function createAuthorize(config: AuthorizerConfig): Authorize {
  const keys = createKeySet({
    load: async () => loadKeys(config),
    now: () => Date.now(),
    onFailure: error => logger.warn('reading the keys of the issuer failed; known keys stay valid', {
      error: error as Error,
    }),
  });
  const verify = createTokenVerifier(config, keys);
  return async event => {
    const began = performance.now();
    const decision = await judgeToken(async () => judgeClaims(await verify(readToken(event)), config));
    const facts = {
      request_id: readAuthorizerRequestId(event),
      effect: decision.effect,
      fault: decision.effect === 'unauthenticated' ? decision.fault : undefined,
      caller: decision.effect === 'allow' ? describeCaller(decision.grant) : undefined,
      duration_ms: Math.round(performance.now() - began),
    };
    logger.info('authorization decided', facts);
    return decision;
  };
}

async function judgeToken(judge: () => Promise<ReturnType<typeof judgeClaims>>): Promise<Decision> {
  try {
    const grant = await judge();
    return grant === undefined ? { effect: 'deny' } : { effect: 'allow', grant };
  } catch (error) {
    if (error instanceof TokenError) return { effect: 'unauthenticated', fault: error.fault };
    throw error;
  }
}
