import type { SimulatedService } from './simulated-service';
import { publishBatch } from '../../lambda/runtime/stream-batch';
import { EDGE_TYPES, EVENT_STATUSES, type EventDetail, type ImageRecord, parseImageId } from '../../src/contract';
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
    const edges = course.slice(1).flatMap(status => EDGE_TYPES.find(type => EVENT_STATUSES[type] === status) ?? []);
    expected.set(id, [...expected.get(id) ?? [], ...edges]);
  }
  const ids = new Set([...expected.keys(), ...published.keys()].filter(id => !forged.has(id)));
  const faults = [...ids].flatMap(id => {
    const found = (published.get(id) ?? []).filter(({ status }) => status !== 'shared').sort((a, b) => a.version - b.version).map(({ status }) => status);
    const wanted = expected.get(id) ?? [];
    return found.join() === wanted.join() ? [] : [`${id}: has the events ${found.join()}, not ${wanted.join()}`];
  });
  const unlike = [...distinct.values()].flatMap(event => [
    ...findSchemaFaults(event), ...event.event_id.includes(`:${event.version}:`) ? [] : [`${event.event_id}: event_id lacks the version`],
  ]);
  return [...faults, ...unlike, ...findShareFaults(table.changes, [...distinct.values()], forged)].map(problem => ({ invariant: 'I12', subject: 'events', problem }));
}

/** Each change of a ready image's viewers has its event. */
function findShareFaults(
  changes: readonly ItemChange[], events: readonly EventDetail[], forged: ReadonlySet<string>,
): string[] {
  const wanted = changes.filter(isShare).map(({ after }) => {
    const { image_id: id, version } = after as ImageRecord;
    return `${id}:${version}:shared`;
  });
  const found = events.filter(({ status }) => status === 'shared').map(({ event_id }) => event_id);
  const differing = [...wanted.filter(id => !found.includes(id)), ...found.filter(id => !wanted.includes(id))];
  return differing.filter(id => !forged.has(id.split(':')[0])).map(id => `${id}: a share without event, or an event without share`);
}

function isShare({ before, after }: ItemChange): boolean {
  const [old, current] = [before, after] as (ImageRecord | undefined)[];
  return old?.status === 'ready' && current?.status === 'ready' && describeViewers(old) !== describeViewers(current);
}

function describeViewers({ visibility, shared_with = [] }: ImageRecord): string {
  return JSON.stringify([visibility, shared_with]);
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
