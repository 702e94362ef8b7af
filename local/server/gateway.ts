import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { Authorizer, Denial } from './authorizer';
import { parsePath, buildProblemBody, buildProblemHeaders, sendProblem } from './problem';
import type { Matcher } from './resource-tree';
import { LIMITS, PRINCIPAL_LIMITS, PROBLEMS } from '../../src/contract';
import { limitConcurrency } from '../functions/concurrency';
import { buildLambdaContext } from '../functions/context';
import { BODY_LIMITS, BodyError, type BodyLimits, BodyReader } from '../http/request-body';

export type ApiHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** The handler already answers 413 to shorter bodies, so more bytes would only use memory. */
const MAX_BODY_BYTES = 2 * LIMITS.BODY_BYTES;

/**
 * API Gateway's limit for the request line and the header values.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const MAX_HEAD_BYTES = 10_240;

/** API Gateway's longest wait. */
const TIMEOUT_MS = 29_000;

/** Concurrent requests in the handler. */
const CONCURRENCY = 32;

/** Length at which the problem document truncates the path. */
const SHOWN_PATH = 200;

export interface GatewayOptions {
  readonly limits?: Omit<BodyLimits, 'maxBytes'>;
  /** Absent: every request reaches the handler. */
  readonly authorizer?: Authorizer;
  /** Origins that may read the gateway's own answers to denied requests. */
  readonly corsOrigins?: readonly string[];
}

/** Converts HTTP requests to REST proxy events, and the handler's results to HTTP responses. */
export function createGateway(
  handler: ApiHandler, match: Matcher, options: GatewayOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const invoke = limitConcurrency(CONCURRENCY);
  const bodies = new BodyReader({ ...options.limits ?? BODY_LIMITS, maxBytes: MAX_BODY_BYTES });
  return (request, response) => {
    const requestId = randomUUID();
    if (countHeadBytes(request) > MAX_HEAD_BYTES) return sendHeadError(request, response, requestId, options);
    bodies.readStart(request).then(
      async ({ bytes }) => send(
        request,
        response,
        await invoke(async () => answer(handler, buildEvent(request, bytes, requestId, match), options)),
      ),
      // Any other error means that the client has disconnected.
      (error: unknown) => error instanceof BodyError
        ? sendBodyError(request, response, error, requestId)
        : response.destroy(),
    ).catch(error => console.error(error));
  };
}

function countHeadBytes({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): number {
  return `${method} ${url} HTTP/${httpVersion}`.length
    + rawHeaders.reduce((sum, text, i) => i % 2 === 1 ? sum + text.length : sum, 0);
}

/** A token that is too long is no valid token, so the answer is 401. */
function sendHeadError(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  { authorizer, corsOrigins = [] }: GatewayOptions,
): void {
  request.resume();
  const isToken = authorizer !== undefined
    && (request.headers.authorization?.length ?? 0) > PRINCIPAL_LIMITS.TOKEN_BYTES;
  sendProblem(response, {
    code: isToken ? 'unauthenticated' : 'invalid-request',
    detail: isToken
      ? `The token must be at most ${PRINCIPAL_LIMITS.TOKEN_BYTES} bytes.`
      : `The request line and the header values must be at most ${MAX_HEAD_BYTES} bytes.`,
    instance: parsePath(request.url).slice(0, SHOWN_PATH),
    requestId,
  }, isToken ? buildDenialHeaders('unauthenticated', request.headers.origin, corsOrigins) : {});
}

/** Closes the connection, because the rest of the body may never arrive. */
function sendBodyError(
  request: IncomingMessage, response: ServerResponse, { fault }: BodyError, requestId: string,
): void {
  const problem = { instance: parsePath(request.url), requestId };
  if (fault === 'too slow') {
    sendProblem(response, {
      ...problem,
      code: 'invalid-request',
      detail: 'The request body did not arrive in time.',
    }, { connection: 'close' });
  } else {
    const detail = 'Too many requests wait for their bodies.';
    sendProblem(response, { ...problem, code: 'unavailable', detail }, { 'connection': 'close', 'retry-after': '1' });
  }
}

async function answer(
  handler: ApiHandler, event: APIGatewayProxyEvent, { authorizer, corsOrigins = [] }: GatewayOptions,
): Promise<APIGatewayProxyResult> {
  try {
    const decision = await authorizer?.(event);
    if (decision && 'problem' in decision) return buildDenial(event, decision, corsOrigins);
    if (decision) event.requestContext.authorizer = decision.context;
    return await handler(event, buildLambdaContext(TIMEOUT_MS));
  } catch (error) {
    console.error(error);
    return buildInternalError(event);
  }
}

function buildEvent(
  request: IncomingMessage, body: Buffer, requestId: string, match: Matcher,
): APIGatewayProxyEvent {
  const { path, query } = parseTarget(request);
  const isText = isUtf8(body);
  const headers = listHeaderPairs(request.rawHeaders);
  // API Gateway also decodes `+` as a space.
  const parameters = [...new URLSearchParams(query)];
  return {
    ...match(path),
    path,
    httpMethod: request.method ?? 'GET',
    headers: groupValues(headers, takeLast) ?? {},
    multiValueHeaders: groupValues(headers, takeAll) ?? {},
    queryStringParameters: groupValues(parameters, takeLast),
    multiValueQueryStringParameters: groupValues(parameters, takeAll),
    stageVariables: null,
    body: body.length === 0 ? null : body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
    requestContext: {
      requestId,
      path,
      stage: 'local',
      httpMethod: request.method,
    } as APIGatewayProxyEvent['requestContext'],
  };
}

function parseTarget(request: IncomingMessage): { path: string; query: string } {
  // RFC 9112, section 3.2.2: a server must accept a whole URL as the target.
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const [, path, query] = /^([^?]*)\??(.*)$/s.exec(target)!;
  return { path: path || '/', query };
}

/** Groups the values of repeated names, and picks the last or all of them. Null if there are no pairs. */
function groupValues<T>(
  pairs: readonly (readonly [string, string])[], pick: (values: string[]) => T,
): Record<string, T> | null {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...values.get(name) ?? [], value]);
  return values.size === 0 ? null : Object.fromEntries([...values].map(([name, list]) => [name, pick(list)]));
}

const takeAll = (values: string[]): string[] => values;
const takeLast = (values: string[]): string => values[values.length - 1];

function listHeaderPairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i], raw[2 * i + 1]]);
}

function send(request: IncomingMessage, response: ServerResponse, result: APIGatewayProxyResult): void {
  const body = Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8');
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {})) {
    response.setHeader(name, values.map(String));
  }
  response.statusCode = result.statusCode;
  // Node's own date ignores the shifted clock.
  response.setHeader('date', new Date().toUTCString());
  if (request.method === 'HEAD') {
    response.end();
  } else {
    // RFC 9110, section 8.6: a 204 has no content-length.
    if (result.statusCode !== 204) response.setHeader('content-length', body.length);
    response.end(body);
  }
}

/** The construct's gateway responses (src/api/gateway-responses.ts). */
function buildDenial(
  event: APIGatewayProxyEvent, { problem, detail }: Denial, corsOrigins: readonly string[],
): APIGatewayProxyResult {
  const [origin] = listHeader(event, 'origin');
  return {
    statusCode: PROBLEMS[problem].status,
    headers: { ...buildProblemHeaders(event.requestContext), ...buildDenialHeaders(problem, origin, corsOrigins) },
    body: buildProblemBody({ code: problem, detail, instance: event.path }),
  };
}

function listHeader({ multiValueHeaders }: APIGatewayProxyEvent, name: string): string[] {
  return Object.entries(multiValueHeaders).filter(([key]) => key.toLowerCase() === name).flatMap(
    ([, values = []]) => values,
  );
}

/** RFC 6750, section 3, and RFC 9110, section 10.2.3. */
function buildDenialHeaders(
  problem: string, origin: string | undefined, corsOrigins: readonly string[],
): Record<string, string> {
  return {
    ...problem === 'unauthenticated' && { 'www-authenticate': 'Bearer' },
    ...problem === 'unavailable' && { 'retry-after': '1' },
    ...corsOrigins.length > 0 && { vary: 'Origin' },
    ...origin !== undefined && corsOrigins.includes(origin) && {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'allow, location, retry-after, x-request-id',
    },
  };
}

function buildInternalError({ path, requestContext: { requestId } }: APIGatewayProxyEvent): APIGatewayProxyResult {
  return {
    statusCode: PROBLEMS.internal.status,
    headers: buildProblemHeaders({ requestId }),
    body: buildProblemBody({ code: 'internal', detail: 'The handler failed.', instance: path }),
  };
}
