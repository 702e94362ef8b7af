import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { STREAM } from '../../src/contract';

export interface ItemChange {
  readonly before?: object;
  readonly after?: object;
}

/** A record of the table's stream, as Lambda passes it on. */
export function buildStreamRecord({ before, after }: ItemChange, number: number): DynamoDBRecord {
  const eventName = before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY';
  const image = (item: object | undefined) => item && marshall(item, { removeUndefinedValues: true });
  const { image_id } = (after ?? before) as { image_id: string };
  return {
    eventID: `event-${number}`,
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    dynamodb: {
      Keys: { image_id: { S: image_id } },
      ...before && { OldImage: image(before) },
      ...after && { NewImage: image(after) },
      SequenceNumber: `${1000 + number}`,
      StreamViewType: STREAM.VIEW_TYPE,
    },
  } as DynamoDBRecord;
}
