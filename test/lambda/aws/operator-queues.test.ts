import { createHash } from 'node:crypto';
import { stubService } from './service-stub';
import { openOperatorQueues } from '../../../lambda/aws/operator-queues';
import type { Announcement } from '../../../src/contract';

const URLS = {
  queues: ['https://sqs.eu-central-1.amazonaws.com/1/uploads', 'https://sqs.eu-central-1.amazonaws.com/1/surplus.fifo'],
  deadLetterQueue: 'https://sqs.eu-central-1.amazonaws.com/1/dead',
};
const UPLOAD: Announcement = { object_key: 'originals/_/a/b/c' };

const asked: { operation: string; input: Record<string, unknown> }[] = [];
let answers: Record<string, (input: Record<string, unknown>) => object>;

/** A fake of SQS's JSON protocol. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
stubService('SQS', async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const operation = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
  const input = JSON.parse(body) as Record<string, unknown>;
  asked.push({ operation, input });
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(
    JSON.stringify(answers[operation](input)),
  );
});
beforeEach(() => { asked.length = 0; });

const queues = () => openOperatorQueues(URLS, body => body === 'ours' ? [UPLOAD] : undefined);

test('hides the messages of the dead-letter queue for longer than the operator’s function can run', async () => {
  answers = { ReceiveMessage: () => ({}) };
  expect(await queues().receiveDeadLetters(25)).toEqual([]);
  const [{ input }] = asked;
  expect(input).toMatchObject({ QueueUrl: URLS.deadLetterQueue, MaxNumberOfMessages: 10 });
  // Lambda ends a function after 15 minutes (AWS Lambda quotas). If a message reappeared earlier, one command would
  // redrive it twice.
  expect(input.VisibilityTimeout).toBeGreaterThanOrEqual(15 * 60);
});

test('reads the messages that are ours, and forgets a message by its receipt', async () => {
  const message = (MessageId: string, Body: string) => ({
    MessageId,
    Body,
    MD5OfBody: createHash('md5').update(Body).digest('hex'),
    ReceiptHandle: 'r',
    Attributes: { SentTimestamp: '1700000000000' },
  });
  answers = {
    ReceiveMessage: () => ({ Messages: [message('m', 'ours'), message('n', 'foreign')] }),
    DeleteMessage: () => ({}),
  };
  const [first, second] = await queues().receiveDeadLetters(2);
  expect(first).toMatchObject({ id: 'm', uploads: [UPLOAD], sentAt: 1_700_000_000_000 });
  expect(second).toMatchObject({ id: 'n', uploads: undefined });
  await first.remove();
  expect(asked.at(-1)).toEqual({
    operation: 'DeleteMessage',
    input: { QueueUrl: URLS.deadLetterQueue, ReceiptHandle: 'r' },
  });
});

test('counts the messages of both queues that workers take from, and of the dead-letter queue', async () => {
  const depths: Record<string, number[]> = {
    [URLS.queues[0]]: [1, 2, 4],
    [URLS.queues[1]]: [8, 16, 32],
    [URLS.deadLetterQueue]: [64, 128, 256],
  };
  const attributes = ([visible, delayed, hidden]: number[]) => ({
    ApproximateNumberOfMessages: `${visible}`,
    ApproximateNumberOfMessagesDelayed: `${delayed}`,
    ApproximateNumberOfMessagesNotVisible: `${hidden}`,
  });
  answers = { GetQueueAttributes: ({ QueueUrl }) => ({ Attributes: attributes(depths[String(QueueUrl)]) }) };
  expect(await queues().status()).toEqual({ waiting: 1 + 2 + 8 + 16, working: 4 + 32, given_up: 64 + 128 + 256 });
});
