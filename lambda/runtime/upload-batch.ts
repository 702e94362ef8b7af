import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseUploads } from './upload-messages';
import { type Announcement, parseImageId } from '../../src/contract';
import type { Logger } from '../domain/ports';

export interface BatchOptions {
  readonly bucket: string;
  /** How often the queue delivers a message before it moves it to the dead-letter queue. */
  readonly maxReceives: number;
  /** How long the queue hides a received message, and the worker's timeout for a batch (milliseconds). */
  readonly hiddenMs: number;
  readonly timeoutMs: number;
  /** The longest that one upload can take (milliseconds). */
  readonly longestMs: number;
  readonly remainingMs: () => number;
  readonly logger: Pick<Logger, 'warn'>;
  /** Makes a message visible to other workers at once. */
  readonly giveBack: (message: SQSRecord) => Promise<void>;
  readonly process: (upload: Announcement, isLast: boolean, message: SQSRecord) => Promise<void>;
  /** Moves a message to the dead-letter queue, if the queue does not do so itself. */
  readonly giveUp?: (message: SQSRecord) => Promise<void>;
}

/**
 * Processes one message after the other, since a decoder takes one image at a time. The answer names the failed
 * messages, which come again when they are no longer hidden, and those without enough time, which come again at once.
 * All others are done (partial batch responses,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export async function processBatch({ Records }: SQSEvent, options: BatchOptions): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const message of Records) {
    const isDone = options.remainingMs() >= options.longestMs
      ? await processMessage(message, options)
      : await returnToQueue(message, options);
    if (!isDone) batchItemFailures.push({ itemIdentifier: message.messageId });
  }
  return { batchItemFailures };
}

async function processMessage(message: SQSRecord, options: BatchOptions): Promise<boolean> {
  const receives = Number(message.attributes.ApproximateReceiveCount);
  // A worker that died at the last delivery could not move it.
  if (options.giveUp && receives > options.maxReceives) return moveToDeadLetters(message, options);
  let current: Announcement | undefined;
  try {
    for (const upload of parseUploads(message.body, options.bucket)) {
      current = upload;
      await options.process(upload, receives >= options.maxReceives, message);
    }
    return true;
  } catch (error) {
    logFailure(
      options, { message_id: message.messageId, image_id: current && parseImageId(current.object_key) }, receives,
      error,
    );
    return options.giveUp !== undefined && receives >= options.maxReceives && moveToDeadLetters(message, options);
  }
}

/** The message is done once the dead-letter queue has it. */
async function moveToDeadLetters(message: SQSRecord, { logger, giveUp }: BatchOptions): Promise<boolean> {
  try {
    await giveUp!(message);
    return true;
  } catch (error) {
    logger.warn('moving a message to the dead-letter queue failed; the queue delivers it again', {
      message_id: message.messageId,
      error,
    });
    return false;
  }
}

/** Names the image and the next step, since operators look for both. */
function logFailure(options: BatchOptions, ids: Record<string, unknown>, receives: number, error: unknown): void {
  const { logger, maxReceives, hiddenMs, timeoutMs, remainingMs } = options;
  const facts = { ...ids, try: `${receives} of ${maxReceives}` };
  if (receives >= maxReceives) {
    return logger.warn('message processing failed; the queue moves it to the dead-letter queue', { ...facts, error });
  }
  const again_in_s = Math.max(0, Math.round((hiddenMs - timeoutMs + remainingMs()) / 1000));
  logger.warn('message processing failed; the queue delivers it again', { ...facts, again_in_s, error });
}

/**
 * Returns a message without processing it: hidden, it would wait as long as a failed one. It is not done, even if the
 * return fails.
 */
async function returnToQueue(message: SQSRecord, { logger, giveBack }: BatchOptions): Promise<false> {
  try {
    await giveBack(message);
  } catch (error) {
    logger.warn('returning a message to the queue failed; it stays hidden for a while', {
      message_id: message.messageId,
      error,
    });
  }
  return false;
}

/** A batch comes from one queue. An emulator's ARN and URL agree at least in the name of the queue. */
export function hasSource({ Records: [first] }: SQSEvent, queueUrl: string): boolean {
  return first?.eventSourceARN?.split(':').at(-1) === queueUrl.split('/').at(-1);
}
