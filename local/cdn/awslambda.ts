import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Answer } from './answer';

/** What comes before the bytes of an HTTP answer. */
export interface HttpMetadata {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** What a streaming function of Lambda writes its answer to. */
export class ResponseStream extends Writable {
  private metadata: HttpMetadata = {};
  private readonly chunks: Buffer[] = [];

  begin(metadata: HttpMetadata): this {
    this.metadata = metadata;
    return this;
  }

  setContentType(type: string): void {
    this.metadata = { ...this.metadata, headers: { ...this.metadata.headers, 'content-type': type } };
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  /** All of it, once it has ended. */
  async answer(): Promise<Answer> {
    if (!this.writableFinished) await finished(this);
    const { statusCode = 200, headers = {} } = this.metadata;
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
    return { status: statusCode, headers: Object.fromEntries(named) as Record<string, string>, body: Buffer.concat(this.chunks) };
  }
}

/** The global that Lambda's Node.js runtime has for functions that stream (AWS Lambda Developer Guide, "Response streaming"). */
export function provideAwslambda(scope: object = globalThis, streamifyResponse: (handler: never) => unknown = (handler: unknown) => handler): void {
  Object.assign(scope, {
    awslambda: {
      streamifyResponse,
      HttpResponseStream: { from: (stream: ResponseStream, metadata: HttpMetadata): ResponseStream => stream.begin(metadata) },
    },
  });
}
