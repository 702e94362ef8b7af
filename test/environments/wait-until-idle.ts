import { setTimeout as pause } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { QUEUE_ENV, WORKER_ENV } from '../../src/contract';

/** Resolves once workers have nothing to do and nothing in hand. The server of this process has said in the environment where its queue is. */
export async function waitUntilIdle(): Promise<void> {
  const sqs = new SQSClient({});
  try {
    while (await countMessages(sqs) > 0) await pause(50);
  } finally {
    sqs.destroy();
  }
}

/** The queue of uploads first: what leaves it for the surplus queue is counted there. */
async function countMessages(sqs: SQSClient): Promise<number> {
  let sum = 0;
  for (const name of [QUEUE_ENV.QUEUE_URL, WORKER_ENV.SURPLUS_QUEUE_URL]) {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: process.env[name], AttributeNames: ['All'] }));
    sum += Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  }
  return sum;
}
