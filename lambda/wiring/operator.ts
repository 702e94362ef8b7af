import { createAwsDeps, createNoSigner } from './common';
import { traceTableScan } from './traced';
import type { Announcement } from '../../src/contract';
import { createDynamoDbClient } from '../aws/clients';
import { openOperatorQueues } from '../aws/operator-queues';
import { openTableScan } from '../aws/table-scan';
import { openUploadQueue } from '../aws/upload-queue';
import type { OperatorDeps } from '../domain/ports';
import type { OperatorConfig } from '../runtime/operator-config';
import { MalformedMessage, parseUploads } from '../runtime/upload-messages';

/** Dependencies of an operator's requests on AWS. */
export function createOperatorDeps(config: OperatorConfig): OperatorDeps {
  const { bucket, table, queueUrl, surplusQueueUrl, deadLetterQueueUrl, variants } = config;
  return {
    ...createAwsDeps(config, createNoSigner('the operator'), { queue: openUploadQueue(queueUrl) }),
    queues: openOperatorQueues(
      { queues: [queueUrl, surplusQueueUrl], deadLetterQueue: deadLetterQueueUrl },
      body => parseOwnMessage(body, bucket),
    ),
    scan: traceTableScan(openTableScan(createDynamoDbClient(), table)),
    variants,
  };
}

function parseOwnMessage(body: string, bucket: string): readonly Announcement[] | undefined {
  try {
    return parseUploads(body, bucket);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}
