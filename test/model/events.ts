import type { SimulatedService } from './simulated-service';
import { publishBatch } from '../../lambda/runtime/stream-batch';
import { EVENT_STATUSES, EVENT_TYPES, type EventDetail, parseImageId } from '../../src/contract';
import type { Finding } from '../audit/finding';
import { findSchemaFaults } from '../support/event-schemas';
import { buildStreamRecord, type ItemChange } from '../support/stream-records';

/** Not a divisor of the publisher's calls of ten, so that calls and batches overlap in many ways. */
const BATCH = 13;

/** Publishes the table's stream amid faults, and compares the events with the course of each upload. */
export async function findEventFaults({ table, forged }: SimulatedService): Promise<Finding[]> {
  const events = await publishStream(table.changes);
  const distinct = new Map(events.map(event => [event.event_id, event]));
  const published = new Map<string, EventDetail[]>();
  for (const event of distinct.values()) {
    published.set(event.image_id, [...published.get(event.image_id) ?? [], event]);
  }
  const expected = new Map<string, string[]>();
  for (const [key, course] of table.courses) {
    const id = parseImageId(key) ?? key;
    const edges = course.slice(1).flatMap(status => EVENT_TYPES.find(type => EVENT_STATUSES[type] === status) ?? []);
    expected.set(id, [...expected.get(id) ?? [], ...edges]);
  }
  const ids = new Set([...expected.keys(), ...published.keys()].filter(id => !forged.has(id)));
  const faults = [...ids].flatMap(id => {
    const found = (published.get(id) ?? []).sort((a, b) => a.version - b.version).map(({ status }) => status);
    const wanted = expected.get(id) ?? [];
    return found.join() === wanted.join() ? [] : [`${id}: has the events ${found.join()}, not ${wanted.join()}`];
  });
  const unlike = [...distinct.values()].flatMap(event => [
    ...findSchemaFaults(event), ...event.event_id.includes(`:${event.version}:`) ? [] : [`${event.event_id}: event_id lacks the version`],
  ]);
  return [...faults, ...unlike].map(problem => ({ invariant: 'I12', subject: 'events', problem }));
}

/**
 * Repeats the stream from the first failed record, as Lambda does. The bus refuses events, breaks off, and accepts
 * events whose answer is lost.
 */
async function publishStream(changes: readonly ItemChange[]): Promise<EventDetail[]> {
  const published: EventDetail[] = [];
  let calls = 0;
  const publish = async (events: readonly EventDetail[]): Promise<boolean[]> => {
    const call = calls++;
    if (call % 5 === 1) throw new Error('the connection broke');
    const accepted = events.map((_, i) => call % 5 !== 2 || i % 3 !== 1);
    published.push(...events.filter((_, i) => accepted[i]));
    if (call % 5 === 3) throw new Error('the answer is lost');
    return accepted;
  };
  const deps = { bus: { publish }, logger: { warn: () => undefined }, includeUserId: false };
  const records = changes.filter(({ before, after }) => before ?? after).map(buildStreamRecord);
  for (let start = 0; start < records.length;) {
    const batch = records.slice(start, start + BATCH);
    const { batchItemFailures: [failure] } = await publishBatch({ Records: batch }, deps);
    const failed = batch.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === failure?.itemIdentifier);
    start += failed === -1 ? batch.length : failed;
  }
  return published;
}
