import type { DynamoDBRecord } from 'aws-lambda';
import { type BusEvent, startEventBusApi } from './event-bus-api';
import { createWebhook } from './webhook';
import { PUBLISHER_ENV } from '../../src/contract';
import { loadHandler } from '../functions/handlers';
import { MOST_TRIES, type RecordSource, type StreamHandler, StreamSource } from '../functions/stream-source';
import type { Place } from '../place';

export interface EventsOptions {
  /** URL that gets a POST for each event. */
  readonly url?: string;
  /** Whether to print each event. */
  readonly isVerbose?: boolean;
  /** Default: stderr. */
  readonly warn?: (line: string) => void;
  /** Default: stdout. */
  readonly print?: (line: string) => void;
}

const ACCOUNT = '000000000000';

/**
 * Publishes events as on AWS: the table's stream, the publisher function, and a bus with one target. The environment of
 * the handlers must be set before.
 */
export async function startEvents(
  { url, isVerbose, warn = console.error, print = console.log }: EventsOptions,
  { place, records, onClose }: {
    readonly place: Place;
    readonly records: RecordSource;
    onClose(closer: () => Promise<void>): void;
  },
): Promise<void> {
  const { region, credentials } = place;
  const post = url === undefined ? async () => true : createWebhook({ url, warn });
  const deliver = async (event: BusEvent): Promise<boolean> => {
    const isDelivered = await post(event);
    if (isDelivered && isVerbose) print(JSON.stringify(event));
    return isDelivered;
  };
  const bus = await startEventBusApi({ region, account: ACCOUNT, credentials, deliver });
  onClose(bus.close);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    [PUBLISHER_ENV.EVENT_BUS]: 'default',
    [PUBLISHER_ENV.TABLE_ARN]: `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${place.table}`,
    [PUBLISHER_ENV.INCLUDE_USER_ID]: 'false',
  });
  const handler = loadHandler<StreamHandler>('publisher');
  const reportDropped = (record: DynamoDBRecord): void => {
    const id = record.dynamodb?.NewImage?.image_id?.S ?? 'unknown';
    warn(`events: the event of image ${id} is dropped after ${MOST_TRIES} tries.`);
  };
  const source = new StreamSource({ records, handler, region, reportDropped });
  onClose(async () => source.stop());
}
