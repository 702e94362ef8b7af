import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { DELIVERY } from '../../src/contract';
import type { DeliveryRequest, DeliveryResponse } from '../http/messages';

/** The parts of a function URL's event that are read (payload format 2.0). */
export interface FunctionUrlEvent {
  readonly rawPath: string;
  /** Names are lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestContext: { readonly requestId: string; readonly http: { readonly method: string } };
}

type StreamingHandler<Event, Context> = (event: Event, stream: Writable, context: Context) => Promise<void>;

/**
 * Lambda's global object for streaming handlers.
 * https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
interface LambdaStreams {
  readonly HttpResponseStream: {
    from(
      stream: Writable, metadata: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> }
    ): Writable;
  };
  streamifyResponse<Event, Context>(handler: StreamingHandler<Event, Context>): StreamingHandler<Event, Context>;
}

declare const awslambda: LambdaStreams;

type Answer<Context> = (request: DeliveryRequest, context: Context) => Promise<DeliveryResponse>;

export function streamAnswers<Context>(answer: Answer<Context>): StreamingHandler<FunctionUrlEvent, Context> {
  return awslambda.streamifyResponse(async (event, stream, context) => {
    const isExact = event.headers?.[DELIVERY.EXACT_FORMAT_HEADER] !== undefined;
    const { requestId, http: { method } } = event.requestContext;
    const { status, headers, body } = await answer(
      { method, path: decodePath(event.rawPath), isExact, requestId }, context,
    );
    const response = awslambda.HttpResponseStream.from(stream, { statusCode: status, headers });
    // Lambda's runtime sends status and headers on the first `write`, never on `end`; an empty chunk counts.
    // https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/97
    response.write(body);
    response.end();
    await finished(response);
  });
}

/** Some clients write `~` as `%7E`. A path that cannot be decoded matches no image. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
