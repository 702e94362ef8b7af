import { createHash } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { call } from './errors';
import { createSqsClient } from './sqs-client';
import type { SurplusQueue } from '../domain/ports';

export interface SurplusQueueOptions {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Message groups of one owner: SQS delivers one message of each at a time. */
  readonly lanes: number;
}

export interface SurplusMessages extends SurplusQueue {
  /** Sends the body to the dead-letter queue. The caller then acknowledges the message. */
  giveUp(body: string): Promise<void>;
}

export function openSurplusQueue({ queueUrl, deadLetterQueueUrl, lanes }: SurplusQueueOptions): SurplusMessages {
  const client = createSqsClient();
  return {
    add: async (upload, owner, messageId) => {
      const { object_key: objectKey } = upload;
      await call(() => client.send(new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(upload),
        MessageGroupId: `${owner}-${digest(objectKey).readUInt32BE() % lanes}`,
        // A message that is delivered again within five minutes adds nothing, but another announcement of the same
        // upload does.
        MessageDeduplicationId: digest(`${messageId} ${objectKey}`).toString('hex'),
      })));
    },
    giveUp: async MessageBody => {
      await call(() => client.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody })));
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
