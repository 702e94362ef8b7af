import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { call } from './errors';
import { createSqsClient } from './sqs-client';
import type { Announcement } from '../../src/contract';
import type { UploadQueue } from '../domain/ports';

export function openUploadQueue(queueUrl: string): UploadQueue {
  const client = createSqsClient();
  return {
    announce: async (object_key, which) => {
      const announcement: Announcement = { object_key, ...which && { remake: which } };
      await call(
        () => client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(announcement) })),
      );
    },
  };
}
