import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { HttpRequest, HttpResponse } from '../http/messages';

/** An API Gateway REST proxy event as a request. */
export function toRequest(event: APIGatewayProxyEvent): HttpRequest {
  return {
    method: event.httpMethod,
    resource: event.resource,
    path: event.path,
    parameters: dropUndefined(event.pathParameters ?? {}),
    query: groupValues(event.multiValueQueryStringParameters ?? {}),
    headers: groupValues(event.multiValueHeaders ?? {}, name => name.toLowerCase()),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId: readRequestId(event.requestContext),
    authorizer: event.requestContext.authorizer ?? undefined,
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A client can choose the id of its request by `x-amzn-requestid`: API Gateway promises a UUID then, and an extended id
 * that no client can choose (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-access-logging.html).
 * Log lines and records hold the id, so another text must not pass.
 */
export function readRequestId(context: { requestId: string; extendedRequestId?: string }): string {
  const { requestId, extendedRequestId } = context;
  return UUID.test(requestId) ? requestId : extendedRequestId ?? randomUUID();
}

export function toResult(response: HttpResponse): APIGatewayProxyResult {
  const { status: statusCode, headers, cookies = [], body = '' } = response;
  return {
    statusCode,
    headers: { ...headers },
    ...cookies.length > 0 && { multiValueHeaders: { 'set-cookie': [...cookies] } },
    body,
  };
}

/** Clients differ in the case of header names, and one event may hold a name in two spellings. */
function groupValues(
  entries: Record<string, string[] | undefined>, spell = (name: string) => name,
): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, list = []] of Object.entries(entries)) {
    const key = spell(name);
    values.set(key, [...values.get(key) ?? [], ...list]);
  }
  return values;
}

function dropUndefined(parameters: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
