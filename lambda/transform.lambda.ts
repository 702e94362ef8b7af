import type { Context } from 'aws-lambda';
import { deliver } from './http/deliver';
import { streaming } from './runtime/function-url';
import { logger, publishMetrics } from './runtime/telemetry';
import { readTransformConfig } from './runtime/transform-config';
import { transformDeps } from './transform-wiring';

const deps = transformDeps(readTransformConfig(process.env));

/** Time kept back to answer before Lambda ends the function (milliseconds). */
const RESERVE_MS = 2000;

/** Behind a function URL that only the distribution may call. */
export const handler = streaming<Pick<Context, 'getRemainingTimeInMillis'>>(async (request, context) => {
  const deadline = deps.world.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  const response = await deliver(request, { deps, deadline, onError: error => logger.error('a variant was not delivered', { path: request.path, error: error as Error }) });
  publishMetrics();
  return response;
});
