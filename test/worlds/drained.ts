import { setTimeout as pause } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { QUEUE_ENV } from '../../src/contract';

/** Resolves once workers have nothing to do and nothing in hand. The server of this process has said in the environment where its queue is. */
export async function drained(): Promise<void> {
  const sqs = new SQSClient({});
  try {
    while (await messages(sqs) > 0) await pause(50);
  } finally {
    sqs.destroy();
  }
}

async function messages(sqs: SQSClient): Promise<number> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: process.env[QUEUE_ENV.QUEUE_URL], AttributeNames: ['All'] }));
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}
