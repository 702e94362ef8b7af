import { setTimeout as pause } from 'node:timers/promises';
import { publishBatch } from '../../lambda/runtime/stream-batch';
import type { ChangeStream } from '../../local/engines/table/change-stream';
import { StreamSource } from '../../local/functions/stream-source';
import { LOCAL } from '../../local/names';
import { EDGE_TYPES, EVENT_STATUSES, type EventDetail, type EventType } from '../../src/contract';
import { findSchemaFaults } from '../support/event-schemas';

const PATIENCE_MS = 60_000;

/** The table's stream and the real publisher, before a bus that breaks off, refuses events, and loses answers. */
export class ChaosEvents {
  /** With repeats, in the order of their arrival. */
  readonly delivered: EventDetail[] = [];
  private readonly source: StreamSource;
  private readonly dropped: string[] = [];
  private calls = 0;

  constructor(private readonly stream: ChangeStream) {
    const bus = { publish: async (events: readonly EventDetail[]) => this.publish(events) };
    const deps = { bus, logger: { warn: () => undefined }, includeUserId: false };
    this.source = new StreamSource({
      records: stream,
      handler: async event => publishBatch(event, deps),
      region: LOCAL.REGION,
      reportDropped: ({ eventID }) => this.dropped.push(eventID!),
      firstPauseMs: 1,
    });
  }

  /**
   * Waits until the stream is empty, and compares the events with the edges that were written. No image of these tests
   * enters a status twice.
   */
  async findFaults(courses: ReadonlyMap<string, ReadonlyMap<string, number>>): Promise<string[]> {
    await this.drain();
    const distinct = [...new Map(this.delivered.map(event => [event.event_id, event])).values()];
    const published = new Map<string, EventType[]>();
    for (const { image_id: id, status } of distinct) published.set(id, [...published.get(id) ?? [], status]);
    const unlike = [...new Set([...courses.keys(), ...published.keys()])].flatMap(id => {
      const wanted = EDGE_TYPES.filter(type => courses.get(id)?.has(EVENT_STATUSES[type])).sort();
      const found = (published.get(id) ?? []).sort();
      return found.join() === wanted.join() ? [] : [`${id}: has the events ${found.join()}, not ${wanted.join()}`];
    });
    return [...unlike, ...distinct.flatMap(findSchemaFaults), ...this.dropped.map(id => `${id} was dropped`)];
  }

  async stop(): Promise<void> {
    await this.source.stop();
  }

  private async drain(): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; (await this.stream.read(1)).length > 0; await pause(10)) {
      if (performance.now() > end) throw new Error('the stream must be empty, got changes that wait');
    }
  }

  /** In a cycle, since the stream drops a record whose tries all fail. */
  private async publish(events: readonly EventDetail[]): Promise<boolean[]> {
    const call = this.calls++;
    if (call % 5 === 1) throw new Error('the connection broke');
    const accepted = events.map((_, i) => call % 5 !== 2 || i % 3 !== 1);
    this.delivered.push(...events.filter((_, i) => accepted[i]));
    if (call % 5 === 3) throw new Error('the answer is lost');
    return accepted;
  }
}
