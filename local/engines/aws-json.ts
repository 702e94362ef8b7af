import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkAuthorization, checkSignature, type Credentials } from './request-signature';
import { BODY_LIMITS, BodyError, BodyReader } from '../http/request-body';

export type Input = Record<string, unknown>;
export type Output = Record<string, unknown>;

/** A service with AWS's JSON protocol. */
export interface Service {
  /** The prefix of `x-amz-target` before the operation. */
  readonly target: string;
  readonly maxRequestBytes: number;
  /** Accepted credentials. If undefined, any signature is accepted: for tests of an engine alone. */
  readonly credentials?: Credentials;
  /** `__type` of the response to an internal error. */
  readonly internalErrorType: string;
  dispatch(operation: string, input: Input, signal: AbortSignal): Promise<Output>;
  /** Builds the error for a request that is denied before its operation. */
  buildUnreadableError(reason: Unreadable): Error;
  /** Converts an error of the service; undefined for other errors. */
  toWireError(error: unknown): WireError | undefined;
}

export type Unreadable = 'too large' | 'not JSON' | 'unsigned' | 'signed by another key';

export interface WireError {
  readonly statusCode: number;
  readonly body: Output;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Listener {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Longer than the SDK keeps an idle connection, so the SDK never writes to a connection that closes. */
const KEEP_ALIVE_MS = 65_000;

/** Serves AWS's JSON protocol on a loopback port. 0 takes a free port. */
export async function listenForJson(service: Service, port = 0): Promise<Listener> {
  const bodies = new BodyReader({ ...BODY_LIMITS, maxBytes: service.maxRequestBytes });
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answer(service, bodies, request, gone.signal).then(
      output => send(response, { statusCode: 200, body: output }),
      (error: unknown) => {
        const internal = { statusCode: 500, body: { __type: service.internalErrorType, message: String(error) } };
        send(response, service.toWireError(error) ?? internal);
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: async () => end(server) };
}

async function end(server: Server): Promise<void> {
  await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
}

async function answer(
  service: Service, bodies: BodyReader, request: IncomingMessage, signal: AbortSignal,
): Promise<Output> {
  const { credentials } = service;
  if (!request.headers.authorization?.startsWith('AWS4-')) throw discardBody(service, request, 'unsigned');
  if (credentials && checkAuthorization(request, credentials)) {
    throw discardBody(service, request, 'signed by another key');
  }
  const body = await readBody(service, bodies, request);
  if (credentials && checkSignature(request, body, credentials)) throw service.buildUnreadableError('signed by another key');
  return service.dispatch(
    String(request.headers['x-amz-target']).replace(service.target, ''), parse(service, body.toString()), signal,
  );
}

/** Discards the body, because another request may follow on the connection. */
function discardBody(service: Service, request: IncomingMessage, reason: Unreadable): Error {
  request.resume();
  return service.buildUnreadableError(reason);
}

async function readBody(service: Service, bodies: BodyReader, request: IncomingMessage): Promise<Buffer> {
  try {
    return await bodies.read(request);
  } catch (error) {
    throw error instanceof BodyError ? service.buildUnreadableError('too large') : error;
  }
}

function parse(service: Service, body: string): Input {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return input as Input;
  } catch {
    // Handled like JSON that is not an object.
  }
  throw service.buildUnreadableError('not JSON');
}

function send(response: ServerResponse, { statusCode, body, headers }: WireError): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(statusCode, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amzn-requestid': randomUUID(),
    // Node's own date ignores the shifted clock, and SDKs adjust their clocks by it.
    'date': new Date().toUTCString(),
    ...headers,
  });
  response.end(bytes);
}
