import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from './clients';
import { call } from './errors';
import type { Cdn } from '../domain/deliver/ports';

export function openInvalidationQueue(queueUrl: string): Cdn {
  // The host in a queue's URL is the client's own on AWS. Emulators write one that functions may not be able to reach.
  const client = new SQSClient({ ...CLIENT_OPTIONS, useQueueUrlAsEndpoint: false });
  return {
    invalidate: async invalidation => {
      await call(() => client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(invalidation) })));
    },
  };
}
