import type {
  APIGatewayAuthorizerResult, APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent, Context, Statement,
} from 'aws-lambda';
import { PRINCIPAL_LIMITS, type ProblemCode, ROUTES } from '../../src/contract';
import { buildLambdaContext } from '../functions/context';

export type AuthorizerHandler = (
  event: APIGatewayRequestAuthorizerEvent, context: Context,
) => Promise<APIGatewayAuthorizerResult>;

/** The problem that API Gateway answers. */
export interface Denial {
  readonly problem: Extract<ProblemCode, 'unauthenticated' | 'forbidden' | 'unavailable'>;
  readonly detail: string;
}

/** The authorizer's context for the API function, or a denial. */
export type Decision = { readonly context: Readonly<Record<string, string>> } | Denial;

/** Undefined for requests that need no caller. */
export type Authorizer = (event: APIGatewayProxyEvent) => Promise<Decision | undefined>;

/** The construct's default. */
const CACHE_MS = 5 * 60_000;
const MOST_CACHED = 10_000;
/** API Gateway's longest wait for an authorizer. */
const TIMEOUT_MS = 29_000;

const UNAUTHENTICATED: Decision = {
  problem: 'unauthenticated', detail: 'The request has no token, or its token is not valid.',
};
const FORBIDDEN: Decision = { problem: 'forbidden', detail: 'The caller may not do this.' };
const UNAVAILABLE: Decision = { problem: 'unavailable', detail: 'The service did not answer in time; try again.' };

/**
 * Asks a Lambda authorizer as API Gateway does: with the header `Authorization` as identity source, and its results
 * cached by token
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html).
 */
export function createAuthorizer(handler: AuthorizerHandler, now: () => number = Date.now): Authorizer {
  const cache = new ResultCache(now);
  return async event => {
    if (!needsCaller(event)) return undefined;
    const token = findHeader(event, 'authorization');
    if (!token) return UNAUTHENTICATED;
    const methodArn = buildMethodArn(event);
    try {
      const call = async (): Promise<APIGatewayAuthorizerResult> =>
        checkResult(await handler(buildAuthorizerEvent(event, methodArn), buildLambdaContext(TIMEOUT_MS)));
      const result = cache.get(token) ?? cache.keep(token, await call());
      return isAllowed(result, methodArn) ? { context: buildContext(result) } : FORBIDDEN;
    } catch (error) {
      // The exact text stands for 401, see the page above.
      if ((error as Error).message === 'Unauthorized') return UNAUTHENTICATED;
      const { message, cause } = error as Error;
      console.error(`the authorizer failed: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
      return UNAVAILABLE;
    }
  };
}

/** Unknown paths and methods, preflights and open routes have no authorizer. */
function needsCaller({ httpMethod, resource }: APIGatewayProxyEvent): boolean {
  const method = httpMethod === 'HEAD' ? 'GET' : httpMethod;
  return ROUTES.some(route => route.method === method && route.resource === resource && !route.open);
}

/** Results by token. API Gateway keeps the whole policy, so a result counts for every route. */
class ResultCache {
  private readonly results = new Map<string, { readonly until: number; readonly result: APIGatewayAuthorizerResult }>();

  constructor(private readonly now: () => number) {}

  get(token: string): APIGatewayAuthorizerResult | undefined {
    const kept = this.results.get(token);
    return kept && this.now() < kept.until ? kept.result : undefined;
  }

  keep(token: string, result: APIGatewayAuthorizerResult): APIGatewayAuthorizerResult {
    this.results.delete(token);
    this.results.set(token, { until: this.now() + CACHE_MS, result });
    if (this.results.size > MOST_CACHED) this.results.delete(this.results.keys().next().value!);
    return result;
  }
}

/** The last of repeated values, as API Gateway has it in `headers`. */
function findHeader({ headers }: APIGatewayProxyEvent, name: string): string | undefined {
  return Object.entries(headers).filter(([key]) => key.toLowerCase() === name).at(-1)?.[1];
}

function buildMethodArn({ httpMethod, path }: APIGatewayProxyEvent): string {
  return `arn:aws:execute-api:us-east-1:000000000000:local/local/${httpMethod}${path}`;
}

/** The authorizer gets no body. */
function buildAuthorizerEvent(event: APIGatewayProxyEvent, methodArn: string): APIGatewayRequestAuthorizerEvent {
  const { body: _body, isBase64Encoded: _isBase64Encoded, ...rest } = event;
  return { ...rest, type: 'REQUEST', methodArn } as unknown as APIGatewayRequestAuthorizerEvent;
}

/** API Gateway answers 500 to a result without a principal or a policy, and to a context with objects or lists. */
function checkResult(result: APIGatewayAuthorizerResult): APIGatewayAuthorizerResult {
  const { principalId, policyDocument, context } = result ?? {};
  const isWhole = typeof principalId === 'string' && Array.isArray(policyDocument?.Statement);
  const isFlat = Object.values(context ?? {}).every(value => ['string', 'number', 'boolean'].includes(typeof value));
  if (!isWhole || !isFlat) throw new Error('the authorizer must return a principal, a policy and a flat context');
  const bytes = Buffer.byteLength(JSON.stringify(result));
  const most = PRINCIPAL_LIMITS.AUTHORIZER_RESULT_BYTES;
  if (bytes > most) throw new Error(`the result of an authorizer must be at most ${most} bytes, got: ${bytes}`);
  return result;
}

function isAllowed({ policyDocument: { Statement: statements } }: APIGatewayAuthorizerResult, arn: string): boolean {
  const matching = statements.filter(statement => matchesArn(statement, arn));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

function matchesArn(statement: Statement, arn: string): boolean {
  const resources = 'Resource' in statement ? [statement.Resource].flat() as string[] : [];
  return resources.some(resource => buildPattern(resource).test(arn));
}

/** `*` stands for any text, slashes included, and `?` for one character. */
function buildPattern(resource: string): RegExp {
  const escaped = resource.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

/** API Gateway passes each value as a string, and adds the principal. */
function buildContext({ principalId, context }: APIGatewayAuthorizerResult): Record<string, string> {
  const facts = Object.entries(context ?? {}).map(([name, value]) => [name, String(value)]);
  return { ...Object.fromEntries(facts), principalId };
}
