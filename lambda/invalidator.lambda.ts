import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { invalidateImages } from './domain/deliver/invalidate-images';
import { invalidateBatch } from './runtime/invalidation-batch';
import { readInvalidatorConfig } from './runtime/invalidator-config';
import { runInvocation } from './runtime/invocation';
import { logger } from './runtime/telemetry';
import { systemClock } from './wiring/clock';
import { createInvalidatorDeps } from './wiring/invalidator';

const deps = createInvalidatorDeps(readInvalidatorConfig(process.env));

/** Time kept back to clear the records' marks before Lambda ends the function (milliseconds). */
const RESERVE_MS = 20_000;

/** The only function that sends invalidations to CloudFront, which accepts few at a time. */
export async function handler(
  event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> {
  const deadline = systemClock.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  return runInvocation(context, async () => {
    const response = await invalidateBatch(event, {
      logger, process: asked => invalidateImages(deps, asked, deadline),
    });
    logger.info('invalidated', { messages: event.Records.length, failures: response.batchItemFailures.length });
    return response;
  });
}
