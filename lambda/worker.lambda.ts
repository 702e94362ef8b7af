import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processUpload } from './domain/process-upload';
import { logger, publishMetrics, journal } from './runtime/telemetry';
import { workOff } from './runtime/upload-batch';
import { readWorkerConfig } from './runtime/worker-config';
import { giveBackTo, workerDeps } from './worker-wiring';

const config = readWorkerConfig(process.env);
const deps = workerDeps(config);
const giveBack = giveBackTo(config);

export async function handler(event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> {
  const response = await workOff(event, {
    ...config,
    journal,
    giveBack: ({ receiptHandle }) => giveBack(receiptHandle),
    remainingMs: () => context.getRemainingTimeInMillis(),
    process: ({ object_key: objectKey, remake }, isLast) => processUpload(deps, objectKey, isLast, remake),
  });
  publishMetrics();
  logger.info('worked off', { messages: event.Records.length, failures: response.batchItemFailures.length });
  return response;
}
