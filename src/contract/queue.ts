import { PREFIXES } from './keys';

/**
 * What the queue of uploads and its dead-letter queue are, in the words of SQS's API: the construct makes them on AWS, `local/` on an
 * emulator and on its own engine. Times are seconds.
 */
export const QUEUE = {
  /** Then the message goes to the dead-letter queue. Fewer would move messages there that only Lambda's own throttling held up. */
  MAX_RECEIVES: 5,
  /** A message stays hidden for so many time-outs of the worker: Lambda tries batches that it throttles again itself (AWS Lambda, "Using Lambda with SQS"). */
  VISIBILITY_PER_TIMEOUT: 6,
  /** The worker takes one image at a time: a batch saves calls, which cost next to nothing beside the work, and waits in line behind its first. */
  BATCH_SIZE: 1,
  /** How long the worker has for a batch, where nobody says otherwise. */
  WORKER_TIMEOUT: 60,
  /** What a worker that is down for longer misses, the sweeper announces again. */
  RETENTION: 4 * 86_400,
  /** The longest that SQS keeps a message: it counts from when it was sent first, and a tombstone outlives it (`MIN_DELETED_RECORD_DAYS`). */
  DEAD_LETTER_RETENTION: 14 * 86_400,
  /** The longest wait of a receive: fewer empty answers, and the same latency. */
  RECEIVE_WAIT: 20,
} as const;

/** As SQS's API takes them: strings. */
export function buildDeadLetterQueueAttributes(): Record<string, string> {
  return { MessageRetentionPeriod: `${QUEUE.DEAD_LETTER_RETENTION}`, SqsManagedSseEnabled: 'true' };
}

export function buildQueueAttributes(deadLetterQueueArn: string, workerTimeout: number): Record<string, string> {
  return {
    MessageRetentionPeriod: `${QUEUE.RETENTION}`,
    ReceiveMessageWaitTimeSeconds: `${QUEUE.RECEIVE_WAIT}`,
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: `${workerTimeout * QUEUE.VISIBILITY_PER_TIMEOUT}`,
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount: QUEUE.MAX_RECEIVES }),
  };
}

/**
 * The surplus queue holds the uploads of owners who have their share of workers already. It is FIFO and its message groups are owners: SQS gives out
 * no further message of a group while one is in flight, so one owner cannot keep others from its workers, and an owner's uploads come in order.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html
 * It has no redrive policy, because the dead-letter queue of a FIFO queue must be FIFO as well: the worker moves messages to the one dead-letter queue.
 * 10,000 uploads of one owner that take 20 seconds each need 56 hours, less than its retention. SQS finds further groups behind up to 120,000 messages.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/avoid-backlog-with-the-same-message-group-id.html
 */
export function buildSurplusQueueAttributes(workerTimeout: number): Record<string, string> {
  return {
    FifoQueue: 'true',
    MessageRetentionPeriod: `${QUEUE.RETENTION}`,
    ReceiveMessageWaitTimeSeconds: `${QUEUE.RECEIVE_WAIT}`,
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: `${workerTimeout * QUEUE.VISIBILITY_PER_TIMEOUT}`,
  };
}

/** A statement of a queue's policy. */
export interface QueueStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: { readonly Service: string } | { readonly AWS: '*' };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition: Record<string, Record<string, string>>;
}

/**
 * S3 tries the destination when the bucket is made, so the bucket depends on this policy, and the policy must not name the bucket: any bucket
 * of the account may send, and the worker takes events of its own bucket only.
 */
export function buildQueueStatements(queueArn: string, account: string, partition: string): QueueStatement[] {
  return [
    {
      Sid: 'AllowEventsOfStorage',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': `arn:${partition}:s3:::*` } },
    },
    buildPlainHttpDenial(queueArn),
  ];
}

/** The whole policy of the dead-letter queue and the surplus queue: only SQS itself and roles of this service send to them. */
export function buildPlainHttpDenial(queueArn: string): QueueStatement {
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  return { Sid: 'DenyPlainHttp', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*', Resource: queueArn, Condition };
}

/** What storage tells the queue: each new original. Variants tell nobody, or the worker would feed itself. */
export const UPLOAD_EVENT = 's3:ObjectCreated:*';

export interface QueueConfiguration {
  readonly QueueArn: string;
  readonly Events: [typeof UPLOAD_EVENT];
  readonly Filter: { readonly Key: { readonly FilterRules: [{ readonly Name: 'prefix'; readonly Value: string }] } };
}

export function buildQueueConfiguration(queueArn: string): QueueConfiguration {
  return { QueueArn: queueArn, Events: [UPLOAD_EVENT], Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: PREFIXES.ORIGINALS }] } } };
}
