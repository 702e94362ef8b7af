import {
  DeleteMessageCommand, GetQueueAttributesCommand, type Message, ReceiveMessageCommand, type SQSClient,
} from '@aws-sdk/client-sqs';
import { call } from './errors';
import { createSqsClient } from './sqs-client';
import type { Announcement } from '../../src/contract';
import type { DeadLetter, OperatorQueues } from '../domain/ports';

export interface QueueUrls {
  /** The queues that workers read. */
  readonly queues: readonly string[];
  readonly deadLetterQueue: string;
}

/** The uploads that a message announces; undefined for a message of another kind. */
export type ReadMessage = (body: string) => readonly Announcement[] | undefined;

/** Longer than any function runs: a redrive receives no message twice (seconds). */
const HIDDEN_SECONDS = 15 * 60;

/** The limit of SQS. */
const MOST_AT_ONCE = 10;

/** A long poll asks every server of the queue, so an empty answer means an empty queue (seconds). */
const WAIT_SECONDS = 2;

export function openOperatorQueues(urls: QueueUrls, read: ReadMessage): OperatorQueues {
  const client = createSqsClient();
  return {
    receiveDeadLetters: most => receive(client, urls.deadLetterQueue, most, read),
    status: async () => {
      const [dead, ...uploads] = await Promise.all(
        [urls.deadLetterQueue, ...urls.queues].map(url => readDepths(client, url)),
      );
      const addUp = (count: (depths: Depths) => number) => uploads.reduce((total, depths) => total + count(depths), 0);
      return {
        waiting: addUp(({ waiting }) => waiting),
        working: addUp(({ working }) => working),
        given_up: dead.waiting + dead.working,
      };
    },
  };
}

async function receive(client: SQSClient, QueueUrl: string, most: number, read: ReadMessage): Promise<DeadLetter[]> {
  const { Messages = [] } = await call(() => client.send(new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: Math.min(most, MOST_AT_ONCE),
    VisibilityTimeout: HIDDEN_SECONDS,
    WaitTimeSeconds: WAIT_SECONDS,
    MessageSystemAttributeNames: ['SentTimestamp'],
  })));
  return Messages.map(message => buildDeadLetter(client, QueueUrl, message, read));
}

/**
 * A message keeps its timestamp when it moves to a dead-letter queue (Amazon SQS Developer Guide, "Using dead-letter
 * queues").
 */
function buildDeadLetter(
  client: SQSClient, QueueUrl: string, { MessageId, Body = '', Attributes, ReceiptHandle }: Message, read: ReadMessage,
): DeadLetter {
  const sent = Attributes?.SentTimestamp;
  return {
    id: MessageId ?? '',
    uploads: read(Body),
    sentAt: sent === undefined ? undefined : Number(sent),
    remove: async () => {
      await call(() => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
    },
  };
}

interface Depths {
  readonly waiting: number;
  readonly working: number;
}

/** Approximate: SQS needs up to a minute to count. */
async function readDepths(client: SQSClient, QueueUrl: string): Promise<Depths> {
  const { Attributes } = await call(() => client.send(new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: [
      'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed',
    ],
  })));
  const count = (value: string | undefined) => Number(value ?? 0);
  return {
    waiting: count(Attributes?.ApproximateNumberOfMessages) + count(Attributes?.ApproximateNumberOfMessagesDelayed),
    working: count(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}
