import { type EventBus, MAX_EVENTS } from './ports';
import type { EventDetail } from '../../../src/contract';
import type { Logger } from '../ports';

export interface PublishDeps {
  readonly bus: EventBus;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Publishes events in their order and stops at the first failure. Lambda repeats a stream from the first record that
 * failed, so each event after it would only be published twice. Returns the number of events before the first failure.
 */
export async function publishEvents({ bus, logger }: PublishDeps, events: readonly EventDetail[]): Promise<number> {
  for (let start = 0; start < events.length; start += MAX_EVENTS) {
    const accepted = await publish(events.slice(start, start + MAX_EVENTS));
    const failed = accepted.indexOf(false);
    if (failed !== -1) return start + failed;
  }
  return events.length;

  async function publish(part: readonly EventDetail[]): Promise<readonly boolean[]> {
    try {
      return await bus.publish(part);
    } catch (error) {
      logger.warn('publishing events failed; the stream delivers them again', { events: part.length, error });
      return part.map(() => false);
    }
  }
}
