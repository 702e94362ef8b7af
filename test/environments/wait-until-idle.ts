import { setTimeout as pause } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { QUEUE_ENV, WORKER_ENV } from '../../src/contract';

/**
 * Resolves once workers are idle and the queues are empty. The server of this process has set its queue's URL in the
 * environment.
 */
export async function waitUntilIdle(): Promise<void> {
  const sqs = new SQSClient({});
  try {
    while (await countMessages(sqs) > 0) await pause(50);
  } finally {
    sqs.destroy();
  }
}

/** Counts the upload queue first: a message that moves to the surplus queue meanwhile is counted there. */
async function countMessages(sqs: SQSClient): Promise<number> {
  let sum = 0;
  for (const name of [QUEUE_ENV.QUEUE_URL, WORKER_ENV.SURPLUS_QUEUE_URL]) {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: process.env[name], AttributeNames: ['All'] }),
    );
    sum += Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  }
  return sum;
}
