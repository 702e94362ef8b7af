import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { openEventBus } from './aws/event-bus';
import { type Invocation, runInvocation } from './runtime/invocation';
import { readPublisherConfig } from './runtime/publisher-config';
import { publishBatch } from './runtime/stream-batch';
import { logger } from './runtime/telemetry';

const { eventBus, tableArn, includeUserId } = readPublisherConfig(process.env);
const bus = openEventBus({ name: eventBus, resource: tableArn, logger });

/** Publishes changes of status to EventBridge: a batch of the table's stream. */
export async function handler(event: DynamoDBStreamEvent, context: Invocation = {}): Promise<DynamoDBBatchResponse> {
  return runInvocation(context, async () => {
    const { published, batchItemFailures } = await publishBatch(event, { bus, logger, includeUserId });
    logger.info('published', { records: event.Records.length, events: published, failures: batchItemFailures.length });
    return { batchItemFailures };
  });
}
