import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
// Not from clients.ts: the bundle would have the client of the table, which the publisher does not use.
import { CLIENT_OPTIONS } from './client-options';
import { DETAIL_TYPES, EVENT_SOURCE, type EventDetail } from '../../src/contract';
import type { EventBus } from '../domain/events/ports';
import type { Logger } from '../domain/ports';

export interface EventBusOptions {
  readonly name: string;
  /** ARN in `resources` of each event. */
  readonly resource: string;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Ten entries are far below the limit of a request: an event with 16 variants has 3 KB.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
 */
export function openEventBus({ name, resource, logger }: EventBusOptions): EventBus {
  const client = new EventBridgeClient(CLIENT_OPTIONS);
  return {
    publish: async events => {
      const command = new PutEventsCommand({ Entries: events.map(event => buildEntry(event, name, resource)) });
      const { Entries = [] } = await client.send(command);
      // PutEvents succeeds even if it refuses some entries. Its results are in the order of the entries.
      const codes = events.map((_, i) => Entries[i]?.EventId ? undefined : Entries[i]?.ErrorCode ?? 'NoResult');
      const refused = codes.filter(code => code !== undefined);
      if (refused.length > 0) {
        logger.warn('the event bus refused events; the stream delivers them again', {
          events: refused.length,
          codes: [...new Set(refused)],
        });
      }
      return codes.map(code => code === undefined);
    },
  };
}

function buildEntry(detail: EventDetail, EventBusName: string, resource: string): PutEventsRequestEntry {
  return {
    EventBusName,
    Source: EVENT_SOURCE,
    DetailType: DETAIL_TYPES[detail.status],
    Detail: JSON.stringify(detail),
    Resources: [resource],
    Time: new Date(detail.updated_at),
  };
}
