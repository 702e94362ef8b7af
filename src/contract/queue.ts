import { PREFIXES } from './keys';

/**
 * Settings of the queue of uploads and its dead-letter queue, in the terms of the SQS API. The construct applies them
 * on AWS, `local/` on an emulator and in its own engine. Times are seconds.
 */
export const QUEUE = {
  /**
   * Receives before a message moves to the dead-letter queue. Fewer would move messages that only Lambda's throttling
   * delayed.
   */
  MAX_RECEIVES: 5,
  /**
   * Visibility timeout in timeouts of the worker: Lambda retries throttled batches itself (AWS Lambda, "Using Lambda
   * with SQS").
   */
  VISIBILITY_PER_TIMEOUT: 6,
  /**
   * The worker processes one image at a time. A batch saves calls of little cost, but its messages wait for the first.
   */
  BATCH_SIZE: 1,
  /** Default timeout of the worker for a batch. */
  WORKER_TIMEOUT: 60,
  /** If workers are down for longer, the sweeper queues their uploads again. */
  RETENTION: 4 * 86_400,
  /** SQS's maximum. It counts from the first send. A tombstone outlives it (`MIN_DELETED_RECORD_DAYS`). */
  DEAD_LETTER_RETENTION: 14 * 86_400,
  /** SQS's maximum: fewer empty responses at the same latency. */
  RECEIVE_WAIT: 20,
} as const;

/** The SQS API takes strings. */
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
 * The surplus queue holds the uploads of owners that already use their share of workers. It is FIFO and its message
 * groups are owners. While a message is in flight, SQS delivers no other message of its group. So an owner's uploads
 * are processed in order and cannot occupy all workers.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html
 * It has no redrive policy, because the dead-letter queue of a FIFO queue must also be FIFO. The worker itself moves
 * messages to the one dead-letter queue. 10,000 uploads of one owner at 20 seconds each need 56 hours, less than the
 * retention. SQS finds further groups behind up to 120,000 messages.
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
 * S3 tests the destination when the bucket is made, so the bucket depends on this policy and the policy must not name
 * the bucket. Any bucket of the account may send. The worker accepts events of its own bucket only.
 */
export function buildQueueStatements(queueArn: string, account: string, partition: string): QueueStatement[] {
  return [
    {
      Sid: 'AllowEventsOfStorage',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:s3:::*` },
      },
    },
    buildPlainHttpDenial(queueArn),
  ];
}

/**
 * Complete policy of the dead-letter queue and the surplus queue: only SQS itself and roles of this service send to
 * them.
 */
export function buildPlainHttpDenial(queueArn: string): QueueStatement {
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  return {
    Sid: 'DenyPlainHttp',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'sqs:*',
    Resource: queueArn,
    Condition,
  };
}

/** Storage sends an event for each new original. Variants send no events, or the worker would trigger itself. */
const UPLOAD_EVENT = 's3:ObjectCreated:*';

export interface QueueConfiguration {
  readonly QueueArn: string;
  readonly Events: [typeof UPLOAD_EVENT];
  readonly Filter: { readonly Key: { readonly FilterRules: [{ readonly Name: 'prefix'; readonly Value: string }] } };
}

export function buildQueueConfiguration(queueArn: string): QueueConfiguration {
  return {
    QueueArn: queueArn,
    Events: [UPLOAD_EVENT],
    Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: PREFIXES.ORIGINALS }] } },
  };
}
