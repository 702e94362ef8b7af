import type { Context } from 'aws-lambda';
import { deliver } from './http/deliver';
import { streamAnswers } from './runtime/function-url';
import { runInvocation } from './runtime/invocation';
import { startRequestLog } from './runtime/request-log';
import { traceDelivery } from './runtime/trace';
import { readTransformConfig } from './runtime/transform-config';
import { createTransformDeps } from './wiring/transform';

const deps = createTransformDeps(readTransformConfig(process.env));

/** Time kept back to answer before Lambda ends the function (milliseconds). */
const RESERVE_MS = 2000;

/** Behind a function URL that only the distribution may call. */
export const handler = streamAnswers<Context>((request, context) => {
  const log = startRequestLog();
  const deadline = deps.clock.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  return runInvocation(
    context, () => traceDelivery(request, () => deliver(request, { deps, deadline, ...log })),
  );
});
