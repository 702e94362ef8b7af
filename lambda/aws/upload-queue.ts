import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from './clients';
import { call } from './errors';
import type { Announcement } from '../../src/contract';
import type { UploadQueue } from '../domain/ports';

export function openUploadQueue(queueUrl: string): UploadQueue {
  // The host in a queue's URL is the client's own on AWS. Emulators write one that functions may not be able to reach.
  const client = new SQSClient({ ...CLIENT_OPTIONS, useQueueUrlAsEndpoint: false });
  return {
    announce: async (object_key, remake) => {
      const announcement: Announcement = { object_key, ...remake && { remake } };
      await call(() => client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(announcement) })));
    },
  };
}
