import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Context } from 'aws-lambda';
import { buildLambdaContext } from './context';
import { BODY_LIMITS, BodyError, BodyReader } from '../http/request-body';

export type InvokedFunction = (event: unknown, context: Context) => Promise<unknown>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?|$)/;
/** Lambda's longest time-out. */
const TIMEOUT_MS = 15 * 60_000;
const MAX_PAYLOAD_BYTES = 6 * 2 ** 20;

/** Implements Lambda's Invoke for some functions, so that the operator command works with this server. */
export function serveInvocations(
  functions: ReadonlyMap<string, InvokedFunction>, otherwise: RequestListener,
): RequestListener {
  const bodies = new BodyReader({ ...BODY_LIMITS, maxBytes: MAX_PAYLOAD_BYTES });
  return (request, response) => {
    const name = request.method === 'POST' ? PATH.exec(request.url ?? '')?.[1] : undefined;
    if (name === undefined) return otherwise(request, response);
    invoke(functions.get(decodeName(name)), name, request, response, bodies).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  };
}

/** A malformed percent-encoding matches no function. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

async function invoke(
  called: InvokedFunction | undefined,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  bodies: BodyReader,
): Promise<void> {
  // A web page can POST to this server, but needs a preflight to set this header, and preflights are denied.
  if (!request.headers.authorization?.startsWith('AWS4-')) {
    request.resume();
    return sendError(response, 403, 'MissingAuthenticationTokenException', 'The request is not signed');
  }
  const payload = await readPayload(request, bodies);
  if (!called) return sendError(response, 404, 'ResourceNotFoundException', `Function not found: ${name}`);
  if (payload === undefined) {
    return sendError(response, 413, 'RequestTooLargeException', `The payload must be at most ${MAX_PAYLOAD_BYTES} bytes`);
  }
  const event = parse(payload);
  if (event === undefined) return sendError(response, 400, 'InvalidRequestContentException', 'The payload is not JSON');
  try {
    send(response, 200, await called(event.value, buildLambdaContext(TIMEOUT_MS)) ?? null);
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    send(response, 200, { errorType, errorMessage }, { 'x-amz-function-error': 'Unhandled' });
  }
}

async function readPayload(request: IncomingMessage, bodies: BodyReader): Promise<string | undefined> {
  try {
    return (await bodies.read(request)).toString();
  } catch (error) {
    if (error instanceof BodyError) return undefined;
    throw error;
  }
}

/** An empty payload is an empty event. */
function parse(payload: string): { readonly value: unknown } | undefined {
  try {
    return { value: payload === '' ? {} : JSON.parse(payload) };
  } catch {
    return undefined;
  }
}

function sendError(response: ServerResponse, status: number, type: string, Message: string): void {
  send(response, status, { Type: 'User', Message }, { 'x-amzn-errortype': type });
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'date': new Date().toUTCString(),
    ...headers,
  });
  response.end(JSON.stringify(body));
}
