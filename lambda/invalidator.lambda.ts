import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamoDb } from './aws/clients';
import { distribution } from './aws/distribution';
import { imageTable } from './aws/image-table';
import { invalidateImages } from './domain/deliver/invalidate-images';
import { invalidateBatch } from './runtime/invalidation-batch';
import { readInvalidatorConfig } from './runtime/invalidator-config';
import { journal, logger } from './runtime/telemetry';
import { world } from './wiring/clock';

const config = readInvalidatorConfig(process.env);
const deps = { table: imageTable(dynamoDb(), config.table), distribution: distribution(config.distributionId), world, journal };

/** Time kept back to let go of the rows before Lambda ends the function (milliseconds). */
const RESERVE_MS = 20_000;

/** The only function that asks CloudFront for invalidations: it takes few at a time. */
export async function handler(event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> {
  const deadline = world.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  const response = await invalidateBatch(event, { journal, process: asked => invalidateImages(deps, asked, deadline) });
  logger.info('invalidated', { messages: event.Records.length, failures: response.batchItemFailures.length });
  return response;
}
