import { awsDeps, noSigner } from './common';
import type { Announcement } from '../../src/contract';
import { dynamoDb } from '../aws/clients';
import { operatorQueues } from '../aws/operator-queues';
import { tableScan } from '../aws/table-scan';
import { uploadQueue } from '../aws/upload-queue';
import type { OperatorDeps } from '../domain/ports';
import type { OperatorConfig } from '../runtime/operator-config';
import { MalformedMessage, uploadsOf } from '../runtime/upload-messages';

/** Everything that an operator's request acts through, on AWS. */
export function operatorDeps(config: OperatorConfig): OperatorDeps {
  const { bucket, table, queueUrl, surplusQueueUrl, deadLetterQueueUrl, variants } = config;
  return {
    ...awsDeps(config, noSigner('the operator'), { queue: uploadQueue(queueUrl) }),
    queues: operatorQueues({ queues: [queueUrl, surplusQueueUrl], deadLetterQueue: deadLetterQueueUrl }, body => ours(body, bucket)),
    scan: tableScan(dynamoDb(), table),
    variants,
  };
}

function ours(body: string, bucket: string): readonly Announcement[] | undefined {
  try {
    return uploadsOf(body, bucket);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}
