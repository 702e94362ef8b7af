import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const ROOT = '/2018-06-01/runtime';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:images';

/** One post from a runtime about an invocation: its result, or its error. */
export interface Posted {
  readonly kind: 'response' | 'error';
  readonly headers: IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
}

interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly deadline: number;
  settle(posted: Posted): void;
}

/**
 * Lambda's Runtime API for one execution environment: it hands out one invocation at a time.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  private readonly waiting: Invocation[] = [];
  private readonly working = new Map<string, Invocation>();
  private readonly posts: string[] = [];
  private idle?: ServerResponse;
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch(() => response.destroy());
  });

  /** Host and port, as `AWS_LAMBDA_RUNTIME_API` has them. */
  async start(): Promise<string> {
    await new Promise<void>(resolve => { this.server.listen(0, '127.0.0.1', resolve); });
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async invoke(event: unknown, timeoutMs: number): Promise<Posted> {
    return new Promise(resolve => {
      this.waiting.push({
        id: randomUUID(),
        event: JSON.stringify(event),
        deadline: Date.now() + timeoutMs,
        settle: resolve,
      });
      this.handOut();
    });
  }

  /** Errors of the initialization, as JSON. */
  get initErrors(): readonly string[] {
    return this.posts;
  }

  async close(): Promise<void> {
    await new Promise(resolve => { this.server.close(resolve).closeAllConnections(); });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    if (method === 'GET' && url === `${ROOT}/invocation/next`) {
      this.idle = response;
      return this.handOut();
    }
    const body = await bytesOf(request);
    if (method === 'POST' && url === `${ROOT}/init/error`) this.posts.push(body.toString());
    const [, id, kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
    const invocation = this.working.get(id);
    response.writeHead(invocation || url.endsWith('/init/error')
      ? 202
      : 403, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    this.working.delete(id);
    invocation?.settle({ kind: kind as Posted['kind'], headers: request.headers, trailers: request.trailers, body });
  }

  private handOut(): void {
    const { idle } = this;
    const invocation = idle && this.waiting.shift();
    if (!invocation) return;
    this.idle = undefined;
    this.working.set(invocation.id, invocation);
    idle.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': String(invocation.deadline),
      'lambda-runtime-invoked-function-arn': ARN,
      'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
    }).end(invocation.event);
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
