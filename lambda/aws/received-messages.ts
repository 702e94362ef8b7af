import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from './clients';
import { call } from './errors';

/** Messages that Lambda has received for us, and that are given back by their receipts: others can have them at once. */
export function openReceivedMessages(queueUrl: string): { giveBack(receiptHandle: string): Promise<void> } {
  // The host in a queue's URL is the client's own on AWS. Emulators write one that functions may not be able to reach.
  const client = new SQSClient({ ...CLIENT_OPTIONS, useQueueUrlAsEndpoint: false });
  return {
    giveBack: async ReceiptHandle => {
      await call(() => client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 })));
    },
  };
}
