import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { VISIBILITY_MS as HIDDEN_MS } from '../../../local/backends/embedded';
import { startQueueEngine, type QueueEngine } from '../../../local/engines/queue';
import { buildObjectCreatedEvent } from '../../../local/engines/storage/event';
import { EventSourceMapping, type Worker } from '../../../local/functions/event-source';
import { buildEmbeddedPlace } from '../../../local/place';
import { ShiftedClock } from '../../environments/clock';

const VISIBILITY_MS = 60_000;

let folder: string;
let engine: QueueEngine;
let source: EventSourceMapping | undefined;
const clock = new ShiftedClock();

beforeEach(async () => {
  clock.install();
  folder = await mkdtemp(join(tmpdir(), 'event-source-'));
  engine = await startQueueEngine({
    path: folder,
    region: 'us-east-1',
    queue: 'uploads',
    deadLetterQueue: 'given-up',
    visibilityMs: VISIBILITY_MS,
    maxReceives: 5,
  });
});

afterEach(async () => {
  await source?.stop();
  source = undefined;
  await engine.close();
  clock.uninstall();
  await rm(folder, { recursive: true });
});

function start(worker: Worker, batchSize?: number): EventSourceMapping {
  return source = new EventSourceMapping({
    place: { ...buildEmbeddedPlace('', ''), queues: engine },
    workers: [worker],
    batchSize,
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!await condition()) await pause(20);
}

async function attributes(QueueUrl: string): Promise<Record<string, string>> {
  const sqs = new SQSClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  sqs.destroy();
  return Attributes as Record<string, string>;
}

async function left(QueueUrl = engine.queueUrl): Promise<number> {
  const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: working } = await attributes(
    QueueUrl,
  );
  return Number(waiting) + Number(working);
}

const named = (...ids: string[]): SQSBatchResponse => ({
  batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })),
});

test(
  'the worker gets events as from Lambda, one message at a time, and messages without a reported failure are deleted',
  async () => {
    const events: SQSEvent[] = [];
    for (let i = 1; i <= 3; i++) await engine.send(`body ${i}`);
    start(async event => {
      events.push(event);
      return undefined;
    });
    await until(async () => await left() === 0);
    expect(events.map(({ Records }) => Records.map(({ body }) => body))).toEqual([['body 1'], ['body 2'], ['body 3']]);
    expect(events[0].Records[0]).toMatchObject({
      messageId: expect.stringMatching(/^[\w-]{36}$/),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:uploads',
      awsRegion: 'us-east-1',
    });
  },
);

test('a message stays hidden longer than the worker has for it', async () => {
  let given = 0;
  await engine.send('any');
  start(async (_event, context) => {
    given = context.getRemainingTimeInMillis();
    return undefined;
  });
  await until(() => given > 0);
  expect([given, HIDDEN_MS]).toEqual([expect.closeTo(60_000, -4), 90_000]);
});

test('only the failures come again, each time with a higher count, and the fifth is the last', async () => {
  const counts: string[] = [];
  const done: string[] = [];
  await engine.send('poison');
  await engine.send('good');
  start(async ({ Records }) => {
    const [poison] = Records.filter(({ body }) => body === 'poison');
    done.push(...Records.filter(({ body }) => body !== 'poison').map(({ body }) => body));
    if (!poison) return undefined;
    counts.push(poison.attributes.ApproximateReceiveCount);
    return named(poison.messageId);
  }, 10);
  for (let count = 1; count <= 5; count++) {
    await until(() => counts.length === count);
    clock.advance(VISIBILITY_MS);
  }
  await until(async () => await left(engine.deadLetterQueueUrl) === 1 && await left() === 0);
  expect({ counts, done }).toEqual({ counts: ['1', '2', '3', '4', '5'], done: ['good'] });
});

test.each<[string, (event: SQSEvent) => SQSBatchResponse]>([
  ['throws', () => { throw new Error('planted'); }],
  ['names a message that was not there', () => named('other')],
])('a worker that %s has the message again', async (_, behave) => {
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  let calls = 0;
  await engine.send('one');
  start(async event => {
    if (++calls > 1) return undefined;
    return behave(event);
  });
  await until(() => calls === 1);
  clock.advance(VISIBILITY_MS);
  await until(async () => await left() === 0);
  expect(calls).toBeGreaterThanOrEqual(2);
  said.mockRestore();
});

test('a stop waits for the image under way, and tells the worker to begin no other', async () => {
  let remaining = -1;
  let finish!: () => void;
  const begun = new Promise<void>(resolve => { finish = resolve; });
  let started = false;
  await engine.send('slow');
  start(async (_event, context) => {
    started = true;
    await begun;
    remaining = context.getRemainingTimeInMillis();
    return undefined;
  });
  await until(() => started);
  const stopped = source!.stop();
  finish();
  await stopped;
  expect(remaining).toBe(0);
  expect(await left()).toBe(0);
});

test('an event is what S3 writes: the key as in a form, and a sequencer that grows', () => {
  const object = { bucket: 'photos', key: 'originals/_/a b+c~40é/id/nonce', size: 3, etag: 'abc' };
  const [first, second] = [1, 2].map(
    () => JSON.parse(buildObjectCreatedEvent(object, 'eu-west-1')) as { Records: Record<string, never>[] },
  );
  expect(first.Records).toEqual([expect.objectContaining({
    eventName: 'ObjectCreated:Put',
    awsRegion: 'eu-west-1',
    s3: expect.objectContaining({
      bucket: expect.objectContaining({ name: 'photos', arn: 'arn:aws:s3:::photos' }),
      object: {
        key: 'originals/_/a+b%2Bc%7E40%C3%A9/id/nonce',
        size: 3,
        eTag: 'abc',
        sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
      },
    }),
  })]);
  const sequencer = ({ Records }: typeof first): string =>
    (Records[0].s3 as { object: { sequencer: string } }).object.sequencer;
  expect(sequencer(second) > sequencer(first)).toBe(true);
});
