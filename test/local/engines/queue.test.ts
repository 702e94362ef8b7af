import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startQueueEngine, type QueueEngine } from '../../../local/engines/queue';
import { ShiftedClock } from '../../environments/clock';

const VISIBILITY_MS = 60_000;
const MAX_RECEIVES = 5;

let folder: string;
let engine: QueueEngine;
let sqs: SQSClient;
let clock: ShiftedClock;

beforeEach(async () => {
  clock = new ShiftedClock();
  clock.install();
  folder = await mkdtemp(join(tmpdir(), 'queue-engine-'));
  await open();
});

afterEach(async () => {
  await close();
  clock.uninstall();
  await rm(folder, { recursive: true });
});

async function open(): Promise<void> {
  engine = await startQueueEngine({
    path: join(folder, 'queue'),
    region: 'us-east-1',
    queue: 'uploads',
    deadLetterQueue: 'given-up',
    visibilityMs: VISIBILITY_MS,
    maxReceives: MAX_RECEIVES,
  });
  sqs = new SQSClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
}

async function close(): Promise<void> {
  sqs.destroy();
  await engine.close();
}

async function receive(options: object = {}, QueueUrl = engine.queueUrl): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...options }),
  );
  return Messages;
}

async function remove({ ReceiptHandle }: Message): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: engine.queueUrl, ReceiptHandle }));
}

const bodies = (messages: Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);
const receives = ({ Attributes }: Message): string | undefined => Attributes?.ApproximateReceiveCount;

test('delivers messages once and in order, and never after their delete', async () => {
  for (const body of ['one', 'two', 'three']) {
    await sqs.send(new SendMessageCommand({ QueueUrl: engine.queueUrl, MessageBody: body }));
  }
  const first = await receive({ MaxNumberOfMessages: 2 });
  expect(bodies(first)).toEqual(['one', 'two']);
  expect(bodies(await receive())).toEqual(['three']);
  await remove(first[0]);
  clock.advance(VISIBILITY_MS);
  expect(bodies(await receive())).toEqual(['two', 'three']);
});

test('delivers an undeleted message again after its visibility timeout, and counts the receive', async () => {
  await engine.send('stubborn');
  const [message] = await receive();
  expect([receives(message), message.Attributes?.SentTimestamp]).toEqual(['1', expect.stringMatching(/^\d{13}$/)]);
  clock.advance(VISIBILITY_MS / 2);
  expect(await receive()).toEqual([]);
  clock.advance(VISIBILITY_MS / 2);
  const [again] = await receive();
  expect([again.MessageId, receives(again)]).toEqual([message.MessageId, '2']);
});

test('delivers a released message at once, also to a waiting receiver, and counts the receive', async () => {
  await engine.send('no time');
  const [{ ReceiptHandle }] = await receive();
  const waiting = receive({ WaitTimeSeconds: 20 });
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: engine.queueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  );
  expect((await waiting).map(receives)).toEqual(['2']);
  const again = sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: engine.queueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  );
  await expect(again).rejects.toMatchObject({ name: 'MessageNotInflight' });
});

test('an older receipt deletes nothing', async () => {
  await engine.send('held');
  const [first] = await receive({ VisibilityTimeout: 0 });
  const [second] = await receive({ VisibilityTimeout: 0 });
  await remove(first);
  expect(bodies(await receive({ VisibilityTimeout: 0 }))).toEqual(['held']);
  await remove(second);
  const [last] = await receive();
  await remove(last);
  clock.advance(VISIBILITY_MS);
  expect(await receive()).toEqual([]);
});

test('moves a message to the dead-letter queue after five receives', async () => {
  await engine.send('poison');
  for (let count = 1; count <= MAX_RECEIVES; count++) {
    expect((await receive()).map(receives)).toEqual([`${count}`]);
    clock.advance(VISIBILITY_MS);
  }
  expect(await receive()).toEqual([]);
  expect(bodies(await receive({}, engine.deadLetterQueueUrl))).toEqual(['poison']);
});

test('a waiting receiver has the message as soon as it is sent, and one that becomes visible again', async () => {
  const waiting = receive({ WaitTimeSeconds: 20 });
  await engine.send('late');
  expect(bodies(await waiting)).toEqual(['late']);
  const again = receive({ WaitTimeSeconds: 20 });
  clock.advance(VISIBILITY_MS);
  expect(bodies(await again)).toEqual(['late']);
});

test('a receiver that went away takes nothing with him', async () => {
  const gone = new AbortController();
  const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl: engine.queueUrl, WaitTimeSeconds: 20 }), {
    abortSignal: gone.signal,
  });
  await new Promise(resolve => { setTimeout(resolve, 50); });
  gone.abort();
  await expect(waiting).rejects.toThrow();
  await new Promise(resolve => { setTimeout(resolve, 50); });
  await engine.send('for another');
  expect((await receive()).map(receives)).toEqual(['1']);
});

test('the attributes count waiting, hidden and dead-lettered messages', async () => {
  await engine.send('in work');
  await receive();
  await engine.send('waiting');
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: engine.queueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '1', VisibilityTimeout: '60',
  });
  expect(JSON.parse(Attributes!.RedrivePolicy!)).toEqual({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:given-up', maxReceiveCount: 5,
  });
});

test('a restart keeps all of it', async () => {
  await engine.send('deleted');
  await engine.send('in work');
  await remove((await receive({ MaxNumberOfMessages: 1 }))[0]);
  await receive();
  await engine.send('waiting');
  await close();
  await open();
  expect(bodies(await receive())).toEqual(['waiting']);
  clock.advance(VISIBILITY_MS);
  expect((await receive()).map(message => [message.Body, receives(message)])).toEqual([
    ['in work', '2'], ['waiting', '2'],
  ]);
});

describe('errors name their cause', () => {
  test.each([
    [{ MessageBody: '' }, 'InvalidParameterValue', 'MessageBody'],
    [{ MessageBody: 'bell \u0007' }, 'InvalidParameterValue', 'XML 1.0'],
    [{ MessageBody: 'x'.repeat(2 ** 20 + 1) }, 'InvalidParameterValue', 'at most 1048576 bytes'],
    [{ MessageBody: undefined }, 'MissingParameter', 'MessageBody'],
    [{ MessageBody: 'x', QueueUrl: 'http://127.0.0.1/000000000000/other' }, 'QueueDoesNotExist', 'does not exist'],
  ])('%j', async (input, name, message) => {
    const sent = sqs.send(new SendMessageCommand({ QueueUrl: engine.queueUrl, ...input } as never));
    await expect(sent).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test.each([
    ['MaxNumberOfMessages', 0], ['MaxNumberOfMessages', 11], ['WaitTimeSeconds', 21], ['VisibilityTimeout', -1],
  ])('%s %d', async (parameter, value) => {
    await expect(receive({ [parameter]: value })).rejects.toMatchObject({
      name: 'InvalidParameterValue', message: expect.stringContaining(parameter),
    });
  });

  test.each([
    ['{}', 'AmazonSQS.SendMessage', 'MissingAuthenticationToken', undefined],
    ['{', 'AmazonSQS.SendMessage', 'InvalidRequest', 'AWS4-HMAC-SHA256 x'],
    ['null', 'AmazonSQS.SendMessage', 'InvalidRequest', 'AWS4-HMAC-SHA256 x'],
    ['{"QueueUrl":"/uploads"}', 'AmazonSQS.PurgeQueue', 'UnsupportedOperation', 'AWS4-HMAC-SHA256 x'],
  ])('%s to %s', async (body, target, type, authorization) => {
    const response = await fetch(engine.endpoint, {
      method: 'POST', body, headers: { 'x-amz-target': target, ...authorization && { authorization } },
    });
    expect([response.status, (await response.json() as { __type: string }).__type]).toEqual([
      400, `com.amazonaws.sqs#${type}`,
    ]);
  });
});

describe('a FIFO queue', () => {
  const sendToQueue = async (
    group: string | undefined, body: string, duplicateId: string | undefined = body, QueueUrl = engine.surplusQueueUrl,
  ) => (
    sqs.send(new SendMessageCommand({
      QueueUrl, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: duplicateId,
    })));
  const receiveOne = async () => receive({ MaxNumberOfMessages: 1 }, engine.surplusQueueUrl);
  const removeFromQueue = async ({ ReceiptHandle }: Message) => {
    return sqs.send(new DeleteMessageCommand({ QueueUrl: engine.surplusQueueUrl, ReceiptHandle }));
  };

  // "FIFO queue delivery logic": while messages of a group are invisible, no more messages of that group are returned.
  test('gives out one message of a group at a time, in order, and others of other groups', async () => {
    for (const [group, body] of [['a', 'a1'], ['a', 'a2'], ['b', 'b1']]) await sendToQueue(group, body);
    const [first] = await receiveOne();
    expect(first).toMatchObject({ Body: 'a1', Attributes: { MessageGroupId: 'a', MessageDeduplicationId: 'a1' } });
    expect(bodies(await receiveOne())).toEqual(['b1']);
    expect(await receiveOne()).toEqual([]);
    await removeFromQueue(first);
    expect(bodies(await receiveOne())).toEqual(['a2']);
  });

  test('gives out the same message first where its time has run out, also after a restart', async () => {
    for (const body of ['a1', 'a2']) await sendToQueue('a', body);
    await receiveOne();
    await close();
    await open();
    expect(await receiveOne()).toEqual([]);
    clock.advance(VISIBILITY_MS);
    expect((await receiveOne()).map(message => [message.Body, receives(message)])).toEqual([['a1', '2']]);
  });

  test('lets a receiver wait until the group is free', async () => {
    for (const body of ['a1', 'a2']) await sendToQueue('a', body);
    const [first] = await receiveOne();
    const next = receive({ MaxNumberOfMessages: 1, WaitTimeSeconds: 20 }, engine.surplusQueueUrl);
    await removeFromQueue(first);
    expect(bodies(await next)).toEqual(['a2']);
  });

  // "Exactly-once processing": the interval is 5 minutes, also for a deleted message.
  test('adds a message once within five minutes', async () => {
    await sendToQueue('a', 'one', 'id');
    const [first] = await receiveOne();
    await removeFromQueue(first);
    await sendToQueue('a', 'one', 'id');
    expect(await receiveOne()).toEqual([]);
    clock.advance(5 * 60_000);
    await sendToQueue('a', 'one', 'id');
    expect(bodies(await receiveOne())).toEqual(['one']);
  });

  test('keeps a message that was received too often: it has no dead-letter queue', async () => {
    await sendToQueue('a', 'one');
    for (let n = 0; n <= MAX_RECEIVES; n++) {
      expect(bodies(await receiveOne())).toEqual(['one']);
      clock.advance(VISIBILITY_MS);
    }
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['a message without a group', async () => sendToQueue(undefined, 'one'), 'MissingParameter'],
    ['a message without a deduplication ID', async () => sqs.send(
      new SendMessageCommand({ QueueUrl: engine.surplusQueueUrl, MessageBody: 'one', MessageGroupId: 'a' }),
    ), 'InvalidParameterValue'],
    ['a group with a blank', async () => sendToQueue('a b', 'one'), 'InvalidParameterValue'],
    ['a group of 129 characters', async () => sendToQueue('a'.repeat(129), 'one'), 'InvalidParameterValue'],
    [
      'a deduplication ID in a standard queue', async () => sendToQueue('a', 'one', 'id', engine.queueUrl),
      'InvalidParameterValue',
    ],
  ])('refuses %s', async (_, act, name) => {
    await expect(act()).rejects.toMatchObject({ name });
  });
});
