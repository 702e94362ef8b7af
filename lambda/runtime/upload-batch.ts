import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { uploadsOf } from './upload-messages';
import type { Announcement } from '../../src/contract';
import type { Journal } from '../domain/ports';

export interface BatchOptions {
  readonly bucket: string;
  /** How often the queue delivers a message before it moves it to the dead-letter queue. */
  readonly maxReceives: number;
  /** The longest that one upload can take (milliseconds). */
  readonly longestMs: number;
  readonly remainingMs: () => number;
  readonly journal: Journal;
  /** Lets others have a message at once. */
  readonly giveBack: (record: SQSRecord) => Promise<void>;
  readonly process: (upload: Announcement, isLast: boolean) => Promise<void>;
}

/**
 * One message after the other, since a decoder takes one image at a time. Each stands for itself: those that failed are named in the answer
 * and come again when they are no longer hidden, those that there was no time for at once; all others are done (partial batch responses,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export async function workOff({ Records }: SQSEvent, options: BatchOptions): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of Records) {
    const isDone = options.remainingMs() >= options.longestMs ? await isWorkedOff(record, options) : await isGivenBack(record, options);
    if (!isDone) batchItemFailures.push({ itemIdentifier: record.messageId });
  }
  return { batchItemFailures };
}

async function isWorkedOff(record: SQSRecord, { bucket, maxReceives, journal, process }: BatchOptions): Promise<boolean> {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  try {
    for (const upload of uploadsOf(record.body, bucket)) await process(upload, receives >= maxReceives);
    return true;
  } catch (error) {
    journal.warn('a message could not be worked off; the queue delivers it again', { message_id: record.messageId, receives, error });
    return false;
  }
}

/** Hidden, it would wait as long as one that failed. It is not done, whether others can have it at once or only then. */
async function isGivenBack(record: SQSRecord, { journal, giveBack }: BatchOptions): Promise<false> {
  try {
    await giveBack(record);
  } catch (error) {
    journal.warn('a message that there was no time for stays hidden for a while', { message_id: record.messageId, error });
  }
  return false;
}
