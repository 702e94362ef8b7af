import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { type Answer, buildProblemAnswer } from './answer';
import { ResponseStream } from './awslambda';
import type { Origin } from './origins';
import { limitConcurrency } from '../functions/concurrency';
import { buildLambdaContext } from '../functions/context';

/** The typed part of the event. */
export interface FunctionUrlEvent {
  readonly rawPath: string;
  readonly [field: string]: unknown;
}

/** A function that streams its response, as made by `awslambda.streamifyResponse`. */
export type StreamingHandler = (event: FunctionUrlEvent, stream: ResponseStream, context: Context) => Promise<unknown>;

/** Concurrent decodes: on Lambda each has its own processor. */
const CONCURRENCY = 2;

/** Makes an origin of a function with a URL and response streaming. */
export function createFunctionUrlOrigin(handler: StreamingHandler, timeoutMs: number): Origin {
  const limit = limitConcurrency(CONCURRENCY);
  return async (uri, headers) => limit(async () => {
    const stream = new ResponseStream();
    try {
      await handler(buildEvent(uri, headers), stream, buildLambdaContext(timeoutMs));
      return await stream.answer();
    } catch (error) {
      console.error(error);
      return buildFailure(uri);
    }
  });
}

/** Lambda answers 502 if the function fails. */
function buildFailure(uri: string): Answer {
  return { ...buildProblemAnswer('internal', 'The function failed.', uri), status: 502 };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
function buildEvent(path: string, headers: Readonly<Record<string, string>> = {}): FunctionUrlEvent {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { ...headers, 'host': 'transform.lambda-url.local', 'user-agent': 'Amazon CloudFront' },
    requestContext: {
      accountId: 'anonymous',
      domainName: 'transform.lambda-url.local',
      http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'Amazon CloudFront' },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      timeEpoch: Date.now(),
    },
    isBase64Encoded: false,
  };
}
