import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { call } from './errors';
import { createSqsClient } from './sqs-client';
import { formatAnnouncement } from '../../src/contract';
import type { UploadQueue } from '../domain/ports';

export function openUploadQueue(queueUrl: string): UploadQueue {
  const client = createSqsClient();
  return {
    announce: async (objectKey, which) => {
      const MessageBody = formatAnnouncement(objectKey, which);
      await call(() => client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody })));
    },
  };
}
