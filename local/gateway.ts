import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { atMost } from './concurrency';
import type { Matcher } from './resource-tree';
import { PROBLEM_CONTENT_TYPE, PROBLEMS, problemType } from '../src/contract';

export type ApiHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** The handler refuses far shorter bodies; reading on would only cost memory. */
const MAX_BODY_BYTES = 2 ** 20;

/** Requests in the handler at once. */
const CONCURRENCY = 32;

/** HTTP in, REST proxy event through the handler, HTTP out. */
export function gateway(handler: ApiHandler, match: Matcher): (request: IncomingMessage, response: ServerResponse) => void {
  const invoke = atMost(CONCURRENCY);
  return (request, response) => {
    const requestId = randomUUID();
    readBody(request).then(
      async body => send(request, response, await invoke(async () => answer(handler, toEvent(request, body, requestId, match)))),
      // The client has gone: there is nobody to answer.
      () => response.destroy(),
    ).catch(error => console.error(error));
  };
}

async function answer(handler: ApiHandler, event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  try {
    return await handler(event);
  } catch (error) {
    console.error(error);
    return internalError(event);
  }
}

/** Resolves early, with the body cut, where it is too long; the rest is drained, for another request may follow it. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('error', reject);
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) return;
      request.removeAllListeners('data').resume();
      resolve(Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES));
    });
  });
}

export function toEvent(request: IncomingMessage, body: Buffer, requestId: string, match: Matcher): APIGatewayProxyEvent {
  const { path, query } = targetOf(request);
  const isText = isUtf8(body);
  const headers = headerPairs(request.rawHeaders);
  // Form encoding: API Gateway reads `+` as a space, too.
  const parameters = [...new URLSearchParams(query)];
  return {
    ...match(path),
    path,
    httpMethod: request.method ?? 'GET',
    headers: valuesByName(headers, last) ?? {},
    multiValueHeaders: valuesByName(headers, all) ?? {},
    queryStringParameters: valuesByName(parameters, last),
    multiValueQueryStringParameters: valuesByName(parameters, all),
    stageVariables: null,
    body: body.length === 0 ? null : body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
    requestContext: { requestId, path, stage: 'local', httpMethod: request.method } as APIGatewayProxyEvent['requestContext'],
  };
}

function targetOf(request: IncomingMessage): { path: string; query: string } {
  // RFC 9112, section 3.2.2: a server must accept a whole URL as the target.
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const [, path, query] = /^([^?]*)\??(.*)$/s.exec(target)!;
  return { path: path || '/', query };
}

/** What an event holds of repeated names: the last value, and all of them; null without any. */
function valuesByName<T>(pairs: readonly (readonly [string, string])[], pick: (values: string[]) => T): Record<string, T> | null {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...values.get(name) ?? [], value]);
  return values.size === 0 ? null : Object.fromEntries([...values].map(([name, list]) => [name, pick(list)]));
}

const all = (values: string[]): string[] => values;
const last = (values: string[]): string => values[values.length - 1];

function headerPairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i], raw[2 * i + 1]]);
}

function send(request: IncomingMessage, response: ServerResponse, result: APIGatewayProxyResult): void {
  const body = Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8');
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {})) response.setHeader(name, values.map(String));
  response.statusCode = result.statusCode;
  // Node's own would not be moved with the clock.
  response.setHeader('date', new Date().toUTCString());
  if (request.method === 'HEAD') {
    response.end();
  } else {
    // RFC 9110, section 8.6: none with 204.
    if (result.statusCode !== 204) response.setHeader('content-length', body.length);
    response.end(body);
  }
}

function internalError({ path, requestContext: { requestId } }: APIGatewayProxyEvent): APIGatewayProxyResult {
  const { status, title } = PROBLEMS.internal;
  return {
    statusCode: status,
    headers: { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store', 'x-request-id': requestId },
    body: JSON.stringify({ type: problemType('internal'), title, status, detail: 'The handler failed.', code: 'internal', instance: path }),
  };
}
