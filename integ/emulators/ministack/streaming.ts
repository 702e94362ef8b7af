/*
 * Loaded into each function that MiniStack starts, because MiniStack does not support response streaming. It returns
 * the written stream as one whole answer, as other functions do; `content_delivery.py` reads it.
 */

import type { Context } from 'aws-lambda';
import { provideAwslambda, ResponseStream } from '../../../local/cdn/awslambda';
import type { FunctionUrlEvent, StreamingHandler } from '../../../local/cdn/function-url';

provideAwslambda(globalThis, (handler: StreamingHandler) => async (event: FunctionUrlEvent, context: Context) => {
  const stream = new ResponseStream();
  await handler(event, stream, context);
  const { status, headers, body } = await stream.answer();
  return { statusCode: status, headers, body: body.toString('base64'), isBase64Encoded: true };
});
