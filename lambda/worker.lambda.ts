import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { runInvocation } from './runtime/invocation';
import { logger } from './runtime/telemetry';
import { hasSource, processBatch } from './runtime/upload-batch';
import { readWorkerConfig } from './runtime/worker-config';
import { createWorkerQueues } from './wiring/worker';

const config = readWorkerConfig(process.env);
const queues = createWorkerQueues(config);

export async function handler(
  event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> {
  return runInvocation(context, async () => {
    const response = await processBatch(event, {
      ...config,
      ...hasSource(event, config.surplusQueueUrl) ? queues.surplus : queues.uploads,
      logger,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    logger.info('batch processed', { messages: event.Records.length, failures: response.batchItemFailures.length });
    return response;
  });
}
