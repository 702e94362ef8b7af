import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { type BatchOptions, workOff } from '../../../lambda/runtime/upload-batch';
import { announcement } from '../../../lambda/runtime/upload-messages';
import type { Announcement } from '../../../src/contract';

const BUCKET = 'images';
const KEY = 'originals/_/alice/01JD/nonce';

function s3Event(key: string, { bucket = BUCKET, eventName = 'ObjectCreated:Put' } = {}): string {
  return JSON.stringify({ Records: [{ eventVersion: '2.1', eventName, s3: { bucket: { name: bucket }, object: { key, size: 3, eTag: 'e' } } }] });
}

function record(body: string, messageId = body, receives = 1): SQSRecord {
  return { messageId, body, attributes: { ApproximateReceiveCount: String(receives) } } as SQSRecord;
}

async function work(records: SQSRecord[], more: Partial<BatchOptions> = {}) {
  const processed: [string, boolean][] = [];
  const warnings: Record<string, unknown>[] = [];
  const { batchItemFailures } = await workOff({ Records: records }, {
    bucket: BUCKET,
    maxReceives: 5,
    longestMs: 60_000,
    remainingMs: () => 360_000,
    journal: { warn: (_message, facts) => void warnings.push(facts), count: () => {} },
    process: async ({ object_key }, isLast) => void processed.push([object_key, isLast]),
    ...more,
  });
  return { processed, warnings, failures: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

test.each([
  ['an event of S3', s3Event(KEY)],
  ['an emulator that writes the prefix', s3Event(KEY, { eventName: 's3:ObjectCreated:Put' })],
  ['a key that is encoded more than S3 does', s3Event(KEY.replaceAll('/', '%2F'))],
  ['our own announcement', announcement(KEY)],
])('%s names its upload', async (_name, body) => {
  expect(await work([record(body)])).toMatchObject({ processed: [[KEY, false]], failures: [] });
});

test('a user whose id has a space arrives as the key that was written', async () => {
  expect((await work([record(s3Event('originals/_/a+b/id/n'))])).processed).toEqual([['originals/_/a b/id/n', false]]);
  expect((await work([record(s3Event('originals/_/a%20b/id/n'))])).processed).toEqual([['originals/_/a b/id/n', false]]);
});

test.each([
  ["S3's test of a new destination", JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET })],
  ['an object of another bucket', s3Event(KEY, { bucket: 'others' })],
  ['a delete', s3Event(KEY, { eventName: 'ObjectRemoved:Delete' })],
])('%s is done without an effect', async (_name, body) => {
  expect(await work([record(body)])).toMatchObject({ processed: [], failures: [], warnings: [] });
});

test('the last receive is told so', async () => {
  expect((await work([record(s3Event(KEY), 'a', 4), record(s3Event(KEY), 'b', 5)])).processed).toEqual([[KEY, false], [KEY, true]]);
});

test('one that fails comes again, and the others do not', async () => {
  const process = async ({ object_key }: Announcement) => {
    if (object_key.endsWith('bad')) throw new Error('storage is throttled');
  };
  const { failures, warnings } = await work(['a', 'bad', 'c'].map(name => record(announcement(`originals/_/u/i/${name}`), name)), { process });
  expect(failures).toEqual(['bad']);
  expect(warnings).toEqual([{ message_id: 'bad', receives: 1, error: expect.objectContaining({ message: 'storage is throttled' }) }]);
});

test('what there is no time for comes again, untouched', async () => {
  const left = [100_000, 40_000];
  const { processed, failures } = await work(['a', 'b'].map(name => record(announcement(name), name)), { remainingMs: () => left.shift()! });
  expect([processed.map(([key]) => key), failures]).toEqual([['a'], ['b']]);
});

/** Anything may be sent to a queue: whole junk, and our own messages with something else inside. */
const junk = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.anything().map(records => JSON.stringify({ Records: records }) ?? ''),
  fc.anything().map(key => JSON.stringify({ object_key: key })),
  fc.record({ eventName: fc.anything(), s3: fc.anything() }, { requiredKeys: [] }).map(entry => JSON.stringify({ Records: [entry] })),
  fc.string().map(key => s3Event(key)),
  fc.anything().map(key => JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: BUCKET }, object: { key } } }] })),
);

test('whatever else is in the batch, a good message is worked off, and each failure is named', async () => {
  await fc.assert(fc.asyncProperty(fc.array(junk, { maxLength: 9 }), fc.nat({ max: 9 }), async (bodies, at) => {
    const records = bodies.map((body, i) => record(body, `junk-${i}`));
    records.splice(at, 0, record(s3Event(KEY), 'good'));
    const { processed, failures, warnings } = await work(records);
    expect(processed.filter(([key]) => key === KEY)).toHaveLength(1);
    expect(failures).not.toContain('good');
    expect(failures).toEqual(warnings.map(({ message_id }) => message_id));
    processed.forEach(([key]) => expect(typeof key).toBe('string'));
  }), { numRuns: 2000 });
});
