import { createHash } from 'node:crypto';
import { stubService } from './service-stub';
import { openReceivedMessages } from '../../../lambda/aws/received-messages';
import { openSurplusQueue } from '../../../lambda/aws/surplus-queue';
import { openUploadQueue } from '../../../lambda/aws/upload-queue';
import { TryAgain } from '../../../lambda/domain/errors';
import { parseUploads } from '../../../lambda/runtime/upload-messages';

interface Sent {
  readonly target: unknown;
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}
let sent: Sent[];
let status: number;

/** A fake SQS that accepts a message, at an address other than the queue's own. */
stubService('SQS', async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const message = JSON.parse(Buffer.concat(chunks).toString());
  sent.push({ target: request.headers['x-amz-target'], ...message });
  const answer = status === 200
    ? { MessageId: 'm', MD5OfMessageBody: createHash('md5').update(message.MessageBody ?? '').digest('hex') }
    : { __type: 'com.amazonaws.sqs#ServiceUnavailable', message: 'later' };
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
});
beforeEach(() => [sent, status] = [[], 200]);

const QUEUE_URL = 'https://sqs.invalid/1/uploads';
const KEY = 'originals/_/alice/01JD/nonce';

test('an announcement reaches the queue in the form that a worker reads', async () => {
  await openUploadQueue(QUEUE_URL).announce(KEY);
  await openUploadQueue(QUEUE_URL).announce(KEY, 'missing');
  expect(sent.map(({ target, QueueUrl, MessageBody }) => [target, QueueUrl, JSON.parse(MessageBody)])).toEqual([
    ['AmazonSQS.SendMessage', QUEUE_URL, { object_key: KEY }],
    ['AmazonSQS.SendMessage', QUEUE_URL, { object_key: KEY, remake: 'missing' }],
  ]);
  expect(JSON.stringify(parseUploads(sent[0].MessageBody, 'any'))).toContain(KEY);
});

test('a returned message becomes visible at once', async () => {
  await openReceivedMessages(QUEUE_URL).giveBack('receipt');
  expect(sent).toEqual([
    {
      target: 'AmazonSQS.ChangeMessageVisibility',
      QueueUrl: QUEUE_URL,
      ReceiptHandle: 'receipt',
      VisibilityTimeout: 0,
    },
  ]);
});

test('an error of the queue is retryable', async () => {
  status = 503;
  await expect(openUploadQueue(QUEUE_URL).announce(KEY)).rejects.toBeInstanceOf(TryAgain);
});

describe('the surplus queue', () => {
  const OWNER = '0a'.repeat(16);
  const urls = { queueUrl: 'https://sqs.invalid/1/surplus.fifo', deadLetterQueueUrl: 'https://sqs.invalid/1/given-up' };
  const keys = Array.from({ length: 40 }, (_, n) => `${KEY}${n}`);

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html: 1 to 128 letters, digits and punctuation.
  const NAME = /^[\x21-\x7e]{1,128}$/;

  test('takes an upload as an announcement, in a message group of its owner', async () => {
    await openSurplusQueue({ ...urls, lanes: 1 }).add({ object_key: KEY, remake: 'missing' }, OWNER, 'message');
    expect(sent).toMatchObject([{
      target: 'AmazonSQS.SendMessage',
      QueueUrl: urls.queueUrl,
      MessageGroupId: `${OWNER}-0`,
      MessageDeduplicationId: expect.stringMatching(NAME),
    }]);
    expect(parseUploads(sent[0].MessageBody, 'any')).toEqual([{ object_key: KEY, remake: 'missing' }]);
  });

  test('spreads an owner over as many groups as they have lanes', async () => {
    for (const object_key of keys) await openSurplusQueue({ ...urls, lanes: 3 }).add({ object_key }, OWNER, 'message');
    expect([...new Set(sent.map(({ MessageGroupId }) => MessageGroupId))].sort()).toEqual(
      [0, 1, 2].map(lane => `${OWNER}-${lane}`),
    );
  });

  test('takes an upload of one message once, and each upload and each message anew', async () => {
    const { add } = openSurplusQueue({ ...urls, lanes: 1 });
    for (const [key, message] of [[keys[0], 'a'], [keys[0], 'a'], [keys[1], 'a'], [keys[0], 'b']]) {
      await add({ object_key: key }, OWNER, message);
    }
    const [first, again, otherUpload, otherMessage] = sent.map(({ MessageDeduplicationId }) => MessageDeduplicationId);
    expect(again).toBe(first);
    expect(new Set([first, otherUpload, otherMessage]).size).toBe(3);
  });

  test('gives up to the standard dead-letter queue, without what only a FIFO queue takes', async () => {
    await openSurplusQueue({ ...urls, lanes: 1 }).giveUp('body');
    expect(sent).toEqual([{ target: 'AmazonSQS.SendMessage', QueueUrl: urls.deadLetterQueueUrl, MessageBody: 'body' }]);
  });

  test('reports an error of the queue as retryable', async () => {
    status = 503;
    await expect(openSurplusQueue({ ...urls, lanes: 1 })
      .add({ object_key: KEY }, OWNER, 'message')).rejects.toBeInstanceOf(TryAgain);
  });
});
