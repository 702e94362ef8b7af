import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { call } from './errors';
import { createSqsClient } from './sqs-client';
import type { Cdn } from '../domain/deliver/ports';

export function openInvalidationQueue(queueUrl: string): Cdn {
  const client = createSqsClient();
  return {
    invalidate: async invalidation => {
      await call(
        () => client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(invalidation) })),
      );
    },
  };
}
