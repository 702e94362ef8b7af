import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processUpload } from './domain/process-upload';
import { processWithinShare } from './domain/worker/owner-share';
import { logger, publishMetrics, journal } from './runtime/telemetry';
import { type BatchOptions, isFrom, workOff } from './runtime/upload-batch';
import { readWorkerConfig } from './runtime/worker-config';
import { giveBackTo, lazySurplus, workerDeps } from './worker-wiring';

const config = readWorkerConfig(process.env);
const surplus = lazySurplus(config);
const deps = workerDeps(config, surplus);

type Source = Pick<BatchOptions, 'giveBack' | 'giveUp' | 'process'>;

const giveBack = giveBackTo(config.queueUrl);
const giveBackSurplus = giveBackTo(config.surplusQueueUrl);

const UPLOADS: Source = {
  giveBack: ({ receiptHandle }) => giveBack(receiptHandle),
  process: (upload, isLast, { messageId }) => processWithinShare(deps, upload, { messageId, isLast }),
};

/** SQS bounds what it gives out of one owner's. */
const SURPLUS: Source = {
  giveBack: ({ receiptHandle }) => giveBackSurplus(receiptHandle),
  giveUp: ({ body }) => surplus.giveUp(body),
  process: ({ object_key: objectKey, remake }, isLast) => processUpload(deps, objectKey, isLast, remake),
};

export async function handler(event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> {
  const response = await workOff(event, {
    ...config,
    ...isFrom(event, config.surplusQueueUrl) ? SURPLUS : UPLOADS,
    journal,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  publishMetrics();
  logger.info('worked off', { messages: event.Records.length, failures: response.batchItemFailures.length });
  return response;
}
