import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { type BatchOptions, hasSource, processBatch } from '../../../lambda/runtime/upload-batch';
import { type Announcement, formatAnnouncement, VARIANTS_TO_MAKE } from '../../../src/contract';

const BUCKET = 'images';
const KEY = 'originals/_/alice/01JD/nonce';

function s3Event(key: string, { bucket = BUCKET, eventName = 'ObjectCreated:Put' } = {}): string {
  return JSON.stringify({
    Records: [
      { eventVersion: '2.1', eventName, s3: { bucket: { name: bucket }, object: { key, size: 3, eTag: 'e' } } },
    ],
  });
}

function record(body: string, messageId = body, receives = 1): SQSRecord {
  return { messageId, body, attributes: { ApproximateReceiveCount: String(receives) } } as SQSRecord;
}

async function work(records: SQSRecord[], more: Partial<BatchOptions> = {}) {
  const processed: [string, boolean][] = [];
  const warnings: Record<string, unknown>[] = [];
  const givenBack: string[] = [];
  const { batchItemFailures } = await processBatch({ Records: records }, {
    bucket: BUCKET,
    maxReceives: 5,
    longestMs: 60_000,
    hiddenMs: 2_160_000,
    timeoutMs: 360_000,
    remainingMs: () => 360_000,
    logger: { warn: (_message, facts) => void warnings.push(facts) },
    giveBack: async ({ messageId }) => void givenBack.push(messageId),
    process: async ({ object_key }, isLast) => void processed.push([object_key, isLast]),
    ...more,
  });
  return { processed, warnings, givenBack, failures: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

test.each([
  ['an event of S3', s3Event(KEY)],
  ['an emulator that writes the prefix', s3Event(KEY, { eventName: 's3:ObjectCreated:Put' })],
  ['a key that is encoded more than S3 does', s3Event(KEY.replaceAll('/', '%2F'))],
  ['our own announcement', formatAnnouncement(KEY)],
])('%s names its upload', async (_name, body) => {
  expect(await work([record(body)])).toMatchObject({ processed: [[KEY, false]], failures: [] });
});

/** The example in GuardDuty's user guide; only the first lines count. */
function scanResult(
  key: unknown, { bucket = BUCKET, type = 'GuardDuty Malware Protection Object Scan Result' } = {},
): string {
  return JSON.stringify({
    'version': '0',
    'detail-type': type,
    'source': 'aws.guardduty',
    'detail': {
      schemaVersion: '1.0',
      scanStatus: 'COMPLETED',
      resourceType: 'S3_OBJECT',
      s3ObjectDetails: { bucketName: bucket, objectKey: key, eTag: 'e', versionId: 'v', s3Throttled: false },
      scanResultDetails: { scanResultStatus: 'NO_THREATS_FOUND', threats: null },
    },
  });
}

test('a scan event of GuardDuty names its upload by the unescaped key', async () => {
  expect(await work([record(scanResult(KEY)), record(scanResult('originals/_/a+b/id/n%41'))])).toMatchObject({
    processed: [[KEY, false], ['originals/_/a+b/id/n%41', false]], failures: [],
  });
});

/** The example in S3's user guide ("EventBridge event message structure"); its keys are not encoded. */
function objectCreated(
  key: unknown, { bucket = BUCKET, reason = 'PutObject', type = 'Object Created', source = 'aws.s3' } = {},
): string {
  return JSON.stringify({
    'version': '0',
    'id': '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': type,
    source,
    'account': '111122223333',
    'resources': [`arn:aws:s3:::${bucket}`],
    'detail': {
      'version': '0',
      'bucket': { name: bucket },
      'object': { key, size: 5, etag: 'e', sequencer: '617f' },
      'request-id': 'N4N7',
      'requester': '123456789012',
      reason,
    },
  });
}

test.each(['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload'])(
  'an object that EventBridge tells of names its upload: %s', async reason => {
    expect(await work([record(objectCreated('originals/_/a+b/id/n%41', { reason }))])).toMatchObject({
      processed: [['originals/_/a+b/id/n%41', false]], failures: [],
    });
  },
);

test('an object of another bucket that EventBridge tells of is left alone', async () => {
  expect(await work([record(objectCreated(KEY, { bucket: 'others' }))])).toMatchObject({ processed: [], failures: [] });
});

test('an announcement says what is to be made again', async () => {
  const uploads: Announcement[] = [];
  await work([undefined, ...VARIANTS_TO_MAKE].map(which => record(formatAnnouncement(KEY, which), `${which}`)), {
    process: async upload => void uploads.push(upload),
  });
  expect(uploads).toEqual([
    { object_key: KEY }, { object_key: KEY, remake: 'missing' }, { object_key: KEY, remake: 'changed' },
  ]);
});

test.each([
  ['an unknown set of variants', JSON.stringify({ object_key: KEY, remake: 'all' })],
  ['another event of GuardDuty', scanResult(KEY, { type: 'GuardDuty Finding' })],
  ['a scan of nothing', scanResult('')],
  ['another event of S3', objectCreated(KEY, { type: 'Object Deleted' })],
  ['an event of another source', objectCreated(KEY, { source: 'app' })],
  ['an object without a key', objectCreated(undefined)],
])('%s is a foreign message: it is not processed, and reported as failed', async (_name, body) => {
  expect(await work([record(body, 'odd')])).toMatchObject({ processed: [], failures: ['odd'] });
});

test('a user whose id has a space arrives as the key that was written', async () => {
  expect((await work([record(s3Event('originals/_/a+b/id/n'))])).processed).toEqual([['originals/_/a b/id/n', false]]);
  expect((await work([record(s3Event('originals/_/a%20b/id/n'))])).processed).toEqual([
    ['originals/_/a b/id/n', false],
  ]);
});

test.each([
  ["S3's test of a new destination", JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET })],
  ['an object of another bucket', s3Event(KEY, { bucket: 'others' })],
  ['a delete', s3Event(KEY, { eventName: 'ObjectRemoved:Delete' })],
  ['a scan of an object of another bucket', scanResult(KEY, { bucket: 'others' })],
])('%s is done without an effect', async (_name, body) => {
  expect(await work([record(body)])).toMatchObject({ processed: [], failures: [], warnings: [] });
});

test('the last receive of a message is marked as the last', async () => {
  expect((await work([record(s3Event(KEY), 'a', 4), record(s3Event(KEY), 'b', 5)])).processed).toEqual([
    [KEY, false], [KEY, true],
  ]);
});

test('only the failed message of a batch is reported as failed', async () => {
  const process = async ({ object_key }: Announcement) => {
    if (object_key.endsWith('bad')) throw new Error('storage is throttled');
  };
  const { failures, warnings } = await work(
    ['a', 'bad', 'c'].map(name => record(formatAnnouncement(`originals/_/u/i-${name}/${name}`), name)), { process },
  );
  expect(failures).toEqual(['bad']);
  expect(warnings).toEqual([{
    message_id: 'bad',
    image_id: 'i-bad',
    try: '1 of 5',
    again_in_s: 2160,
    error: expect.objectContaining({ message: 'storage is throttled' }),
  }]);
});

test('how long one that failed stays hidden counts from when it was received', async () => {
  const left = [100_000, 60_000];
  const process = async () => { throw new Error('storage is throttled'); };
  const { warnings } = await work([record(formatAnnouncement(KEY), 'a', 2)], {
    process, remainingMs: () => left.shift()!,
  });
  expect(warnings).toEqual([expect.objectContaining({ image_id: '01JD', try: '2 of 5', again_in_s: 1860 })]);
});

test(
  'a message that fails at its last receive is logged as moved to the dead-letter queue, with its image if named',
  async () => {
    const process = async () => { throw new Error('storage is throttled'); };
    const { warnings } = await work([record(formatAnnouncement(KEY), 'a', 5), record('junk', 'b', 5)], { process });
    expect(warnings).toEqual([
      { message_id: 'a', image_id: '01JD', try: '5 of 5', error: expect.anything() },
      { message_id: 'b', image_id: undefined, try: '5 of 5', error: expect.anything() },
    ]);
  },
);

test('messages that there is no time for are returned to the queue, unprocessed', async () => {
  const left = [100_000, 40_000, 40_000];
  const records = ['a', 'b', 'c'].map(name => record(formatAnnouncement(name), name));
  const { processed, failures, givenBack } = await work(records, { remainingMs: () => left.shift()! });
  expect({ processed, failures, givenBack }).toEqual({
    processed: [['a', false]], failures: ['b', 'c'], givenBack: ['b', 'c'],
  });
});

test('a failed message is not returned: it waits as long as the queue hides it', async () => {
  const process = async () => { throw new Error('storage is throttled'); };
  expect(await work([record(formatAnnouncement(KEY), 'a')], { process })).toMatchObject({
    failures: ['a'], givenBack: [],
  });
});

test('a message that cannot be returned does not fail the others', async () => {
  const left = [40_000, 100_000];
  const giveBack = async () => { throw new Error('not authorized'); };
  const { processed, failures, warnings } = await work(['a', 'b']
    .map(name => record(formatAnnouncement(name), name)), { remainingMs: () => left.shift()!, giveBack });
  expect([processed, failures]).toEqual([[['b', false]], ['a']]);
  expect(warnings).toEqual([{ message_id: 'a', error: expect.objectContaining({ message: 'not authorized' }) }]);
});

const entry = fc.oneof(
  fc.record({ eventName: fc.anything(), s3: fc.anything() }, { requiredKeys: [] }),
  fc.constantFrom('%', '%zz', 'originals/%E0%A4%A', KEY).map(
    key => ({ eventName: 'ObjectCreated:Put', s3: { bucket: { name: BUCKET }, object: { key } } }),
  ),
);

/** A queue can receive any message: junk up to the maximum size, and messages of ours or of AWS with other contents. */
const junk = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.nat({ max: 65_536 }).map(length => '['.repeat(length)),
  fc.nat({ max: 65_000 }).map(length => s3Event('k'.repeat(length), { bucket: 'others' })),
  fc.constant(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET })),
  fc.array(entry, { maxLength: 10 }).map(Records => JSON.stringify({ Records })),
  fc.anything().map(records => JSON.stringify({ Records: records }) ?? ''),
  fc.anything().map(key => JSON.stringify({ object_key: key })),
  fc.record({ object_key: fc.anything(), remake: fc.anything() }).map(body => JSON.stringify(body)),
  fc.anything().map(key => scanResult(key)),
  fc.anything().map(
    detail => JSON.stringify({ 'detail-type': 'GuardDuty Malware Protection Object Scan Result', detail }),
  ),
  fc.string().map(key => s3Event(key)),
  fc.anything().map(key => JSON.stringify({
    Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: BUCKET }, object: { key } } }],
  })),
);

const GOOD = 'originals/_/alice/01JE/good';

test('a good message is processed beside any others, and each failure is named', async () => {
  let bodies = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(junk, { minLength: 1, maxLength: 9 }), fc.nat({ max: 9 }), async (others, at) => {
      const records = others.map((body, i) => record(body, `junk-${i}`));
      records.splice(at, 0, record(s3Event(GOOD), 'good'));
      bodies += others.length;
      const { processed, failures, warnings } = await work(records);
      expect(processed.filter(([key]) => key === GOOD)).toHaveLength(1);
      expect(failures).not.toContain('good');
      expect(failures).toEqual(warnings.map(({ message_id }) => message_id));
      processed.forEach(([key]) => expect(typeof key).toBe('string'));
    }), { numRuns: 3000 },
  );
  expect(bodies).toBeGreaterThan(10_000);
}, 120_000);

describe('messages of a queue that gives none up itself', () => {
  const fails = async (): Promise<never> => { throw new Error('storage is down'); };

  test.each([[1, false], [4, false], [5, true]])(
    'after failure %i of 5 is moved to the dead-letter queue: %s', async (receives, isMoved) => {
      const moved: string[] = [];
      const { failures } = await work([record(formatAnnouncement(KEY), 'm', receives)], {
        process: fails, giveUp: async ({ body }) => void moved.push(body),
      });
      expect([moved, failures]).toEqual(isMoved ? [[formatAnnouncement(KEY)], []] : [[], ['m']]);
    },
  );

  test('are moved without another try where a worker died at the last one', async () => {
    const moved: string[] = [];
    const { processed, failures } = await work([record(formatAnnouncement(KEY), 'm', 6)], {
      giveUp: async ({ body }) => void moved.push(body),
    });
    expect([processed, moved, failures]).toEqual([[], [formatAnnouncement(KEY)], []]);
  });

  test.each([5, 6])('stay where the dead-letter queue cannot be reached (delivery %i)', async receives => {
    expect((await work([record(formatAnnouncement(KEY), 'm', receives)], { process: fails, giveUp: fails })).failures)
      .toEqual(['m']);
  });

  test.each([
    ['arn:aws:sqs:eu-central-1:1:Surplus.fifo', true],
    ['arn:aws:sqs:eu-central-1:1:Uploads', false],
    [undefined, false],
  ])('are known by the name of their queue: %s', (eventSourceARN, expected) => {
    expect(hasSource(
      { Records: [{ ...record('{}'), eventSourceARN } as SQSRecord] },
      'http://127.0.0.1:4566/000000000000/Surplus.fifo',
    )).toBe(expected);
  });
});
