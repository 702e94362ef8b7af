import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { EventDetail, ImageRecord } from '../../src/contract';
import { type Change, describeChange, type DescribeOptions } from '../domain/events/describe-change';
import { publishEvents, type PublishDeps } from '../domain/events/publish-events';
import { isOwnKey } from '../domain/own-key';
import { isTime } from '../domain/timestamps';

export interface StreamBatchOptions extends PublishDeps, DescribeOptions {}

export interface PublishedBatch extends DynamoDBBatchResponse {
  readonly published: number;
}

interface Found {
  readonly sequenceNumber: string;
  readonly detail: EventDetail;
}

/**
 * Publishes the events of a batch of stream records. Lambda repeats a stream from the lowest sequence number that is
 * reported, so one number is enough.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export async function publishBatch(
  { Records }: DynamoDBStreamEvent, options: StreamBatchOptions,
): Promise<PublishedBatch> {
  const found = Records.flatMap(record => findEvent(record, options) ?? []);
  const published = await publishEvents(options, found.map(({ detail }) => detail));
  const failed = found[published];
  return { published, batchItemFailures: failed ? [{ itemIdentifier: failed.sequenceNumber }] : [] };
}

/** A record that is no image of this service is skipped: to try it again would hold up its shard. */
function findEvent(record: DynamoDBRecord, { includeUserId, logger }: StreamBatchOptions): Found | undefined {
  const sequenceNumber = record.dynamodb?.SequenceNumber;
  try {
    const change = readChange(record);
    const detail = describeChange(change, { includeUserId });
    if (!detail) return undefined;
    if (isOwnKey(change.after!) && isPublishable(detail) && sequenceNumber !== undefined) {
      return { sequenceNumber, detail };
    }
  } catch {
    // Reported below. Errors of a parser hold parts of the record.
  }
  logger.warn('a stream record is not an image of this service; skipped', { sequence_number: sequenceNumber });
  return undefined;
}

/** Five times an event with 16 variants. Ten of these stay below the limit of a call. */
const MAX_DETAIL_BYTES = 16_384;

/**
 * Whether the bus can take an event. An event that it cannot take fails the other nine of its call, too, until all
 * their records are too old. Throws for values that JSON does not have.
 */
function isPublishable(detail: EventDetail): boolean {
  return isTime(detail.updated_at) && Buffer.byteLength(JSON.stringify(detail)) <= MAX_DETAIL_BYTES;
}

function readChange({ dynamodb }: DynamoDBRecord): Change {
  return { before: readImage(dynamodb?.OldImage), after: readImage(dynamodb?.NewImage) };
}

function readImage(image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']): ImageRecord | undefined {
  return image && unmarshall(image as Record<string, AttributeValue>) as ImageRecord;
}
