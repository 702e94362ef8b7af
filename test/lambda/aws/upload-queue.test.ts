import { createHash } from 'node:crypto';
import { stubService } from './service-stub';
import { receivedMessages } from '../../../lambda/aws/received-messages';
import { uploadQueue } from '../../../lambda/aws/upload-queue';
import { TryAgain } from '../../../lambda/domain/errors';
import { uploadsOf } from '../../../lambda/runtime/upload-messages';

let sent: { readonly target: unknown; readonly QueueUrl: string; readonly MessageBody: string }[];
let status: number;

/** As much of SQS as takes a message, at another address than the queue's own. */
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

test('an announcement reaches the queue, in the words that a worker reads', async () => {
  await uploadQueue(QUEUE_URL).announce(KEY);
  await uploadQueue(QUEUE_URL).announce(KEY, 'missing');
  expect(sent.map(({ target, QueueUrl, MessageBody }) => [target, QueueUrl, JSON.parse(MessageBody)])).toEqual([
    ['AmazonSQS.SendMessage', QUEUE_URL, { object_key: KEY }],
    ['AmazonSQS.SendMessage', QUEUE_URL, { object_key: KEY, remake: 'missing' }],
  ]);
  expect(JSON.stringify(uploadsOf(sent[0].MessageBody, 'any'))).toContain(KEY);
});

test('a message that is given back is hidden no longer', async () => {
  await receivedMessages(QUEUE_URL).giveBack('receipt');
  expect(sent).toEqual([{ target: 'AmazonSQS.ChangeMessageVisibility', QueueUrl: QUEUE_URL, ReceiptHandle: 'receipt', VisibilityTimeout: 0 }]);
});

test('trouble of the queue passes', async () => {
  status = 503;
  await expect(uploadQueue(QUEUE_URL).announce(KEY)).rejects.toBeInstanceOf(TryAgain);
});
