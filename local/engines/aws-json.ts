import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkAuthorization, checkSignature, type Credentials } from './request-signature';
import { BODY_LIMITS, BodyError, BodyReader } from '../server/request-body';

export type Input = Record<string, unknown>;
export type Output = Record<string, unknown>;

/** What a listener must know of a service that speaks AWS's JSON protocol. */
export interface Service {
  /** What `x-amz-target` begins with, before the name of an operation. */
  readonly target: string;
  readonly maxRequestBytes: number;
  /** Whose signatures it takes. Without them any signature will do: for tests of an engine alone. */
  readonly credentials?: Credentials;
  /** `__type` of an answer to what went wrong in here. */
  readonly internalErrorType: string;
  dispatch(operation: string, input: Input, signal: AbortSignal): Promise<Output>;
  /** The error that answers a request which no operation sees. */
  refuse(reason: Unreadable): Error;
  /** An error as it goes on the wire; undefined for one that is none of the service's. */
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

/** Longer than the SDK keeps an idle connection, so that it never writes into one that is being closed. */
const KEEP_ALIVE_MS = 65_000;

/** Speaks AWS's JSON protocol on a port of the loopback interface; 0 takes a free one. */
export async function listenForJson(service: Service, port = 0): Promise<Listener> {
  const bodies = new BodyReader({ ...BODY_LIMITS, maxBytes: service.maxRequestBytes });
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answer(service, bodies, request, gone.signal).then(
      output => send(response, { statusCode: 200, body: output }),
      (error: unknown) => send(response, service.toWireError(error) ?? { statusCode: 500, body: { __type: service.internalErrorType, message: String(error) } }),
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: async () => end(server) };
}

async function end(server: Server): Promise<void> {
  await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
}

async function answer(service: Service, bodies: BodyReader, request: IncomingMessage, signal: AbortSignal): Promise<Output> {
  const { credentials } = service;
  if (!request.headers.authorization?.startsWith('AWS4-')) throw discardBody(service, request, 'unsigned');
  if (credentials && checkAuthorization(request, credentials)) throw discardBody(service, request, 'signed by another key');
  const body = await readBody(service, bodies, request);
  if (credentials && checkSignature(request, body, credentials)) throw service.refuse('signed by another key');
  return service.dispatch(String(request.headers['x-amz-target']).replace(service.target, ''), parse(service, body.toString()), signal);
}

/** The body is discarded, because another request may follow it. */
function discardBody(service: Service, request: IncomingMessage, reason: Unreadable): Error {
  request.resume();
  return service.refuse(reason);
}

async function readBody(service: Service, bodies: BodyReader, request: IncomingMessage): Promise<Buffer> {
  try {
    return await bodies.read(request);
  } catch (error) {
    throw error instanceof BodyError ? service.refuse('too large') : error;
  }
}

function parse(service: Service, body: string): Input {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return input as Input;
  } catch {
    // The same answer as to what is JSON, but no object.
  }
  throw service.refuse('not JSON');
}

function send(response: ServerResponse, { statusCode, body, headers }: WireError): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(statusCode, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amzn-requestid': randomUUID(),
    // Node's own date knows nothing of a moved clock, and SDKs correct theirs by it.
    'date': new Date().toUTCString(),
    ...headers,
  });
  response.end(bytes);
}
