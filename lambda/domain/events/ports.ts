import type { EventDetail } from '../../../src/contract';

export interface EventBus {
  /**
   * Publishes events in their order, as many as one call takes (`MAX_EVENTS`). Returns for each whether the bus
   * accepted it.
   * @throws if it is not known which events the bus accepted
   */
  publish(events: readonly EventDetail[]): Promise<readonly boolean[]>;
}

/** Entries of one call (Amazon EventBridge API Reference, PutEvents). */
export const MAX_EVENTS = 10;
