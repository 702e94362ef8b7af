import { buildRecord, READY } from './records';
import type { PublishDeps } from '../../../lambda/domain/events/publish-events';
import { createId } from '../../../lambda/domain/image-id';
import { publishBatch } from '../../../lambda/runtime/stream-batch';
import type { EventDetail, ImageRecord } from '../../../src/contract';
import { buildStreamRecord, type ItemChange } from '../../support/stream-records';
import { keyOf } from '../domain/stored-image';

let published: EventDetail[];
let warnings: string[];
beforeEach(() => { published = []; warnings = []; });

/** A bus that refuses the events at these positions of a call, in each call in turn; `'all'` breaks the call. */
function buildDeps(refusals: (readonly number[] | 'all')[] = []): PublishDeps & { includeUserId: boolean } {
  const publish = async (events: readonly EventDetail[]) => {
    expect(events.length).toBeLessThanOrEqual(10);
    const refused = refusals.shift() ?? [];
    if (refused === 'all') throw new Error('connection lost');
    const accepted = events.map((_, i) => !refused.includes(i));
    published.push(...events.filter((_, i) => accepted[i]));
    return accepted;
  };
  const warn = (message: string, facts: object) => warnings.push(`${message} ${JSON.stringify(facts)}`);
  return { bus: { publish }, logger: { warn }, includeUserId: false };
}

function buildReady(n: number): ImageRecord {
  const image_id = createId({ userId: 'alice' }, n, new Uint8Array(10));
  return { ...READY, image_id, object_key: keyOf(image_id) };
}

const becomesReady = (n: number): ItemChange => {
  const after = buildReady(n);
  return { before: { ...after, status: 'processing', version: 2 }, after };
};
const toEvent = (changes: ItemChange[]) => ({ Records: changes.map(buildStreamRecord) });
const many = (count: number) => Array.from({ length: count }, (_, n) => becomesReady(n));

test('25 changes of status are published in their order, by ten', async () => {
  expect(await publishBatch(toEvent(many(25)), buildDeps())).toEqual({ published: 25, batchItemFailures: [] });
  const ids = many(25).map(({ after }) => (after as ImageRecord).image_id);
  expect(published.map(({ image_id }) => image_id)).toEqual(ids);
});

test('without the filter, records without a change of status are skipped in silence', async () => {
  const changes: ItemChange[] = [
    { after: buildRecord('pending') },
    { before: buildRecord('ready'), after: buildRecord('ready', { tags: ['new'], version: 3 }) },
    { before: buildRecord('deleted') },
    { after: { image_id: `${READY.image_id}#tag:holiday`, user_id: 'alice#tag:holiday', created_at: 'now' } },
    { before: { image_id: 'slot#a', holder: 'x' }, after: { image_id: 'slot#a', holder: 'y' } },
    becomesReady(1),
  ];
  expect(await publishBatch(toEvent(changes), buildDeps())).toEqual({ published: 1, batchItemFailures: [] });
  expect(warnings).toEqual([]);
});

test('a refused event fails its record, and the events after its call wait for the next try', async () => {
  const response = await publishBatch(toEvent(many(25)), buildDeps([[], [4]]));
  expect(response).toEqual({ published: 14, batchItemFailures: [{ itemIdentifier: '1014' }] });
  expect(published).toHaveLength(19);
});

test('a call without an answer fails all of its records, and no later call follows', async () => {
  const response = await publishBatch(toEvent(many(25)), buildDeps([[], 'all']));
  expect(response).toEqual({ published: 10, batchItemFailures: [{ itemIdentifier: '1010' }] });
  expect(published).toHaveLength(10);
  expect(warnings).toHaveLength(1);
});

test('the reported record is the one of the event, among records without one', async () => {
  const quiet: ItemChange = { after: buildRecord('pending') };
  const changes = [quiet, becomesReady(1), quiet, becomesReady(2), quiet, becomesReady(3)];
  const response = await publishBatch(toEvent(changes), buildDeps([[1]]));
  expect(response.batchItemFailures).toEqual([{ itemIdentifier: '1003' }]);
});

test.each<[string, ItemChange]>([
  ['the key of another image', { before: buildRecord('pending'), after: { ...READY, object_key: keyOf('OTHER') } }],
  ['no key', { before: { image_id: 'a', status: 'pending' }, after: { image_id: 'a', status: 'ready' } }],
  ['another owner', { before: buildRecord('pending'), after: { ...READY, owner: 'bob' } }],
  ['a time that is none', { before: buildRecord('pending'), after: { ...READY, updated_at: 'soon' } }],
  ['a number too large for JSON', { before: buildRecord('pending'), after: { ...READY, width: 2n ** 60n } }],
  ['a text that fills a call', { before: buildRecord('pending'), after: { ...READY, format: 'x'.repeat(300_000) } }],
])('a forged record with %s is skipped and reported without its content', async (_, change) => {
  const response = await publishBatch(toEvent([change, becomesReady(1)]), buildDeps());
  expect(response).toEqual({ published: 1, batchItemFailures: [] });
  expect(warnings).toEqual(['a stream record is not an image of this service; skipped {"sequence_number":"1000"}']);
});
