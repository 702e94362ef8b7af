import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new SQSClient(buildClientOptions(readDeployment()));

export async function queue({ id: QueueUrl }: Resource) {
  const attributes = await readAttributes(QueueUrl);
  return {
    FifoQueue: attributes.FifoQueue === 'true' || undefined,
    MessageRetentionPeriod: Number(attributes.MessageRetentionPeriod),
    ReceiveMessageWaitTimeSeconds: Number(attributes.ReceiveMessageWaitTimeSeconds) || undefined,
    RedrivePolicy: attributes.RedrivePolicy && withNumbers(JSON.parse(attributes.RedrivePolicy)),
    SqsManagedSseEnabled: attributes.SqsManagedSseEnabled && attributes.SqsManagedSseEnabled === 'true',
    // SQS defaults to 30 seconds.
    VisibilityTimeout: attributes.VisibilityTimeout === '30' ? undefined : Number(attributes.VisibilityTimeout),
  };
}

/** SQS also accepts it as a string. */
function withNumbers({ maxReceiveCount, ...same }: { readonly maxReceiveCount: number | string }) {
  return { ...same, maxReceiveCount: Number(maxReceiveCount) };
}

export async function queuePolicy({ written: { Queues } }: Resource) {
  const policies = await Promise.all((Queues as string[]).map(async url => (await readAttributes(url)).Policy));
  const [policy, ...others] = policies;
  return {
    Queues: Queues as string[],
    PolicyDocument: others.every(other => other === policy) ? JSON.parse(policy!) as object : policies,
  };
}

async function readAttributes(QueueUrl: string): Promise<Record<string, string>> {
  const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes;
}
