import type { Context } from 'aws-lambda';
import { parsePath } from './domain/deliver/wanted-variant';
import { deliver } from './http/deliver';
import { streamAnswers } from './runtime/function-url';
import { logger, publishMetrics } from './runtime/telemetry';
import { markError, traceDelivery } from './runtime/trace';
import { readTransformConfig } from './runtime/transform-config';
import { createTransformDeps } from './wiring/transform';

const deps = createTransformDeps(readTransformConfig(process.env));

/** Time kept back to answer before Lambda ends the function (milliseconds). */
const RESERVE_MS = 2000;

/** Behind a function URL that only the distribution may call. */
export const handler = streamAnswers<Pick<Context, 'getRemainingTimeInMillis'>>(async (request, context) => {
  const deadline = deps.clock.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  const onError = (error: unknown) => {
    markError(error);
    logger.error('delivering a variant failed', { image_id: parsePath(request.path)?.imageId, error: error as Error });
  };
  const response = await traceDelivery(request, () => deliver(request, { deps, deadline, onError }));
  publishMetrics();
  return response;
});
