import {
  DeleteMessageBatchCommand, GetQueueAttributesCommand, type Message, ReceiveMessageCommand, SendMessageCommand,
  SetQueueAttributesCommand, SQSClient,
} from '@aws-sdk/client-sqs';
import { buildClientOptions, readDeployment, findPhysicalId } from './deployment';

/** Queues by a part of their logical ids: uploads, surplus, dead letters, CDN invalidations, and events. */
const QUEUES = {
  Uploads: /Uploads/,
  Surplus: /QueueSurplus/,
  DeadLetters: /ProcessingQueueDeadLetters/,
  Invalidations: /InvalidationsQueue/,
  Events: /^EventQueue/,
  Undelivered: /EventsUndelivered/,
} as const;
export type QueueName = keyof typeof QUEUES;

const client = new SQSClient(buildClientOptions(readDeployment()));

function readUrl(queue: QueueName): string {
  return findPhysicalId(readDeployment(), 'AWS::SQS::Queue', QUEUES[queue]);
}

/** The ARN, as in Lambda's events. */
export function readArn(queue: QueueName): string {
  return `arn:aws:sqs:us-east-1:000000000000:${readUrl(queue).split('/').at(-1)}`;
}

export async function send(queue: QueueName, body: string): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl: readUrl(queue), MessageBody: body }));
}

/** Deletes every visible message. */
export async function drain(queue: QueueName): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const messages = await receive(queue, 60);
    if (messages.length === 0) return bodies;
    bodies.push(...messages.map(({ Body = '' }) => Body));
    const Entries = messages.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: readUrl(queue), Entries }));
  }
}

/** Returns the bodies of visible messages, and leaves them visible. */
export async function peek(queue: QueueName): Promise<string[]> {
  return (await receive(queue, 0)).map(({ Body = '' }) => Body);
}

async function receive(queue: QueueName, VisibilityTimeout: number): Promise<Message[]> {
  // Without this time, the queue's own long timeout applies.
  const command = new ReceiveMessageCommand({
    QueueUrl: readUrl(queue),
    MaxNumberOfMessages: 10,
    VisibilityTimeout,
    WaitTimeSeconds: 0,
  });
  const { Messages = [] } = await client.send(command);
  return Messages;
}

/** Runs `work` with a visibility timeout of one second, regardless of the template's value. */
export async function withShortVisibility(work: () => Promise<void>): Promise<void> {
  const QueueUrl = readUrl('Uploads');
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  const set = async (VisibilityTimeout: string) =>
    client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
  await set('1');
  await work().finally(async () => set(Attributes!.VisibilityTimeout!));
}
