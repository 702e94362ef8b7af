import { CreateTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetBucketCorsCommand, GetBucketNotificationConfigurationCommand, GetBucketPolicyCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand, S3Client,
} from '@aws-sdk/client-s3';
import { expectBucketAsConstructed, expectTableAsConstructed } from './support/as-constructed';
import { startBucketEmulator, type BucketEmulator } from './support/bucket-emulator';
import { startQueueEmulator, type QueueEmulator } from './support/queue-emulator';
import type { Emulator } from '../../local/emulator';
import { startTableEngine, type TableEngine } from '../../local/engines/table';
import { createResources } from '../../local/resources';
import type { Step } from '../../local/step';

const ORIGINS = ['https://app.example.com', 'http://localhost:3000'];

let buckets: BucketEmulator;
let tables: TableEngine;
let queues: QueueEmulator;
let place: Emulator;
let s3: S3Client;
let dynamoDb: DynamoDBClient;

beforeEach(async () => {
  [buckets, tables, queues] = await Promise.all([startBucketEmulator(), startTableEngine(), startQueueEmulator()]);
  const access = { region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  place = {
    ...access,
    storageUrl: buckets.endpoint,
    tableUrl: tables.endpoint,
    queueEndpoint: queues.endpoint,
    bucket: 'photos',
    table: 'records',
    queue: 'uploads',
  };
  s3 = new S3Client({ ...access, endpoint: buckets.endpoint, forcePathStyle: true });
  dynamoDb = new DynamoDBClient({ ...access, endpoint: tables.endpoint });
});

afterEach(async () => {
  s3.destroy();
  dynamoDb.destroy();
  await Promise.all([buckets.close(), tables.close(), queues.close()]);
});

/** The reported steps of queue, bucket and table. */
async function create(corsOrigins = ORIGINS, waitMs = 0, processing = true): Promise<string[]> {
  const told: string[] = [];
  const step: Step = async (label, work) => {
    const result = await work();
    told.push(typeof label === 'string' ? label : label(result));
    return result;
  };
  await createResources(place, { corsOrigins, processing, waitMs, step });
  return told.filter(text => !text.startsWith('wait'));
}

test('bucket and table are those of the construct', async () => {
  const [queue, bucket, table] = await create();
  await expectBucketAsConstructed(s3, 'photos', ORIGINS);
  await expectTableAsConstructed(dynamoDb, 'records');
  expect(bucket).toMatch(
    /^created the bucket photos; added .*the bucket policy, the CORS rule, the notification of new originals$/,
  );
  expect(queue).toBe('created the queue uploads');
  expect(table).toBe('created the table records');
});

test('a second run finds both and adds nothing', async () => {
  await create();
  expect(await create()).toEqual([
    'the queue uploads exists already', 'the bucket photos exists already', 'the table records exists already',
  ]);
});

test('the queue moves messages after five receives, and accepts messages only from storage', async () => {
  await create();
  const { VisibilityTimeout, RedrivePolicy, Policy, QueueArn } = queues.queues.get('uploads')!;
  expect(Number(VisibilityTimeout)).toBeGreaterThanOrEqual(360);
  expect(JSON.parse(RedrivePolicy)).toEqual({
    deadLetterTargetArn: 'arn:aws:sqs:eu-central-1:123456789012:uploads-dead-letters',
    maxReceiveCount: 5,
  });
  const allowed = (JSON.parse(Policy) as { Statement: { Effect: string }[] }).Statement.filter(
    ({ Effect }) => Effect === 'Allow',
  );
  expect(allowed).toEqual([expect.objectContaining({
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: QueueArn,
    Condition: {
      StringEquals: { 'aws:SourceAccount': '123456789012' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' },
    },
  })]);
  expect(Number(queues.queues.get('uploads-dead-letters')!.MessageRetentionPeriod)).toBe(14 * 86_400);
  const { QueueConfigurations } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'photos' }));
  expect(QueueConfigurations).toEqual([{
    QueueArn,
    Events: ['s3:ObjectCreated:*'],
    Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'originals/' }] } },
  }]);
});

test('notifications of others stay beside ours', async () => {
  await create([], 0, false);
  const other = { QueueArn: 'arn:aws:sqs:eu-central-1:123456789012:other', Events: ['s3:ObjectRemoved:*' as const] };
  const NotificationConfiguration = { QueueConfigurations: [other] };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: 'photos', NotificationConfiguration }));
  await create([]);
  const { QueueConfigurations } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'photos' }));
  expect(QueueConfigurations!.map(({ QueueArn }) => QueueArn)).toEqual([
    other.QueueArn, queues.queues.get('uploads')!.QueueArn,
  ]);
});

test('without processing there are no queues', async () => {
  expect(await create([], 0, false)).toHaveLength(2);
  expect(queues.queues.size).toBe(0);
});

test('adds missing rules to a bucket, and keeps existing ones', async () => {
  buckets.unimplemented.add('lifecycle');
  await create([]);
  const Policy = '{"Version":"2012-10-17","Statement":[]}';
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'photos', Policy }));
  buckets.unimplemented.clear();
  expect((await create([]))[1]).toBe('the bucket photos exists already; added the lifecycle rule');
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket: 'photos' }))).Policy).toBe(Policy);
});

test('other origins replace the CORS rule, and none leave it', async () => {
  await create();
  expect((await create(['https://other.example.com']))[1]).toBe(
    'the bucket photos exists already; added the CORS rule',
  );
  await create([]);
  const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket: 'photos' }));
  expect(CORSRules!.map(rule => rule.AllowedOrigins)).toEqual([['https://other.example.com']]);
});

test('reports rules that an emulator does not implement, and adds the others', async () => {
  buckets.unimplemented.add('policy');
  const [, bucket] = await create();
  expect(bucket).toMatch(
    /; added .*the CORS rule, the notification of new originals; SKIPPED the bucket policy: not implemented by the emulator \(NotImplemented\)$/,
  );
});

test('a table of another shape is left alone, and the difference named', async () => {
  await dynamoDb.send(new CreateTableCommand({
    TableName: 'records',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'image_id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'image_id', KeyType: 'HASH' }],
  }));
  await expect(create()).rejects.toThrow(
    "the table records must have: index 'by_user' of 'user_id' (S) and 'created_at' (S) that projects ALL; index 'by_due'",
  );
  const { TimeToLiveDescription } = await dynamoDb.send(new DescribeTimeToLiveCommand({ TableName: 'records' }));
  expect(TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
});

test('it waits for an emulator that starts, and no longer than it may', async () => {
  buckets.unavailable = true;
  await expect(create()).rejects.toThrow(
    `no answer from ${buckets.endpoint} within 0 s (status 503): start the emulator`,
  );
  setTimeout(() => { buckets.unavailable = false; }, 600);
  expect(await create(ORIGINS, 20_000)).toHaveLength(3);
});
