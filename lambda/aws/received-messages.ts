import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import { call } from './errors';
import { createSqsClient } from './sqs-client';

/** Messages that Lambda has received for us. Returned by their receipts, other workers can receive them at once. */
export function openReceivedMessages(queueUrl: string): { giveBack(receiptHandle: string): Promise<void> } {
  const client = createSqsClient();
  return {
    giveBack: async ReceiptHandle => {
      await call(() => client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      ));
    },
  };
}
