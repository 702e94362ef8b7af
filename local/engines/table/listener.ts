import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoError, isDynamoError } from './errors';
import type { Input, Output } from './operations';

/** DynamoDB takes 16 MiB in one request. */
const MAX_REQUEST_BYTES = 16 * 2 ** 20;
/** Longer than the SDK keeps an idle connection, so that it never writes into one that is being closed. */
const KEEP_ALIVE_MS = 65_000;

export type Dispatch = (operation: string, input: Input) => Promise<Output>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > MAX_REQUEST_BYTES) throw new DynamoError('com.amazon.coral.service#SerializationException', 'Request is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function parse(body: string): Input {
  try {
    return JSON.parse(body) as Input;
  } catch {
    throw new DynamoError('com.amazon.coral.service#SerializationException', 'The request body is not JSON');
  }
}

function send(response: ServerResponse, statusCode: number, output: Output): void {
  const body = Buffer.from(JSON.stringify(output));
  response.writeHead(statusCode, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
    // Node's own date knows nothing of a moved clock, and SDKs correct theirs by it.
    'date': new Date().toUTCString(),
  });
  response.end(body);
}

async function answer(dispatch: Dispatch, request: IncomingMessage): Promise<Output> {
  const input = parse(await bodyOf(request));
  if (!request.headers.authorization?.startsWith('AWS4-')) {
    throw new DynamoError('com.amazon.coral.service#MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  return dispatch(String(request.headers['x-amz-target']).replace('DynamoDB_20120810.', ''), input);
}

/** Speaks DynamoDB's JSON protocol on a free port of the loopback interface. */
export async function listen(dispatch: Dispatch): Promise<{ server: Server; endpoint: string }> {
  const server = createServer((request, response) => {
    answer(dispatch, request).then(
      output => send(response, 200, output),
      (error: unknown) => isDynamoError(error)
        ? send(response, error.statusCode, error.body)
        : send(response, 500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: String(error) }),
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
