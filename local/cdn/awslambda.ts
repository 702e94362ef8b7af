import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Answer } from './answer';

/** Status and headers of an HTTP response. */
export interface HttpMetadata {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** Marks a streamed response that starts with its status and headers as JSON, then eight zero bytes, then the body. */
export const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
const DELIMITER = Buffer.alloc(8);
/** The content type of a streamed response without a content type. */
const DEFAULT_TYPE = 'application/octet-stream';

type Callback = (error?: Error | null) => void;

/**
 * The stream that Lambda's Node.js runtime hands to a streaming handler, with the bytes that Lambda receives. It
 * follows `createResponseStream` and `HttpResponseStream` of aws-lambda-ric 4.0.2: the first `write` sends the prelude,
 * and `end` does not.
 */
export class ResponseStream extends Writable {
  /** The runtime prescribes the name. Called once, before the first chunk. */
  _onBeforeFirstWrite?: (write: (chunk: Buffer | string) => void) => void;
  private contentType = DEFAULT_TYPE;
  private isWritten = false;
  private readonly chunks: Buffer[] = [];

  setContentType(type: string): void {
    if (this.isWritten) throw new Error('Cannot set content-type, too late.');
    this.contentType = type;
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Callback, done?: Callback): boolean {
    if (!this.isWritten) this._onBeforeFirstWrite?.(prelude => void this.chunks.push(Buffer.from(prelude as string)));
    this.isWritten = true;
    const isBytes = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return super.write(isBytes ? chunk : JSON.stringify(chunk), encoding as BufferEncoding, done);
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  /** Returns the complete response after the end of the stream. Throws if Lambda would answer 502. */
  async answer(): Promise<Answer> {
    if (!this.writableFinished) await finished(this);
    return parseStreamedAnswer(this.contentType, Buffer.concat(this.chunks));
  }
}

/**
 * Parses the bytes that a runtime has sent. A function URL answers 502 if the prelude is missing:
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/97
 */
export function parseStreamedAnswer(contentType: string, bytes: Buffer): Answer {
  if (contentType !== PRELUDE_TYPE) return { status: 200, headers: { 'content-type': contentType }, body: bytes };
  const end = bytes.indexOf(DELIMITER);
  if (end < 0) {
    throw new Error('the streamed response has no status and headers: the handler must call write() before end()');
  }
  const { statusCode = 200, headers = {} } = JSON.parse(bytes.toString('utf8', 0, end)) as HttpMetadata;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status: statusCode,
    headers: Object.fromEntries(named) as Record<string, string>,
    body: bytes.subarray(end + DELIMITER.length),
  };
}

function withPrelude(stream: ResponseStream, metadata: HttpMetadata): ResponseStream {
  stream.setContentType(PRELUDE_TYPE);
  const prelude = JSON.stringify(metadata);
  stream._onBeforeFirstWrite = write => {
    write(prelude);
    write(DELIMITER);
  };
  return stream;
}

/**
 * Defines the global object of Lambda's Node.js runtime for streaming functions (AWS Lambda Developer Guide, "Response
 * streaming").
 */
export function provideAwslambda(
  scope: object = globalThis, streamifyResponse: (handler: never) => unknown = (handler: unknown) => handler,
): void {
  Object.assign(scope, { awslambda: { streamifyResponse, HttpResponseStream: { from: withPrelude } } });
}
