import { CreateTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetBucketCorsCommand, GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { expectBucketAsConstructed, expectTableAsConstructed } from './as-constructed';
import { startBucketEmulator, type BucketEmulator } from './bucket-emulator';
import type { Step } from '../../local/backend';
import { startTableEngine, type TableEngine } from '../../local/engines/table';
import type { Place } from '../../local/place';
import { createResources } from '../../local/resources';

const ORIGINS = ['https://app.example.com', 'http://localhost:3000'];

let buckets: BucketEmulator;
let tables: TableEngine;
let place: Place;
let s3: S3Client;
let dynamoDb: DynamoDBClient;

beforeEach(async () => {
  [buckets, tables] = await Promise.all([startBucketEmulator(), startTableEngine()]);
  const access = { region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  place = { ...access, storageUrl: buckets.endpoint, tableUrl: tables.endpoint, bucket: 'photos', table: 'records' };
  s3 = new S3Client({ ...access, endpoint: buckets.endpoint, forcePathStyle: true });
  dynamoDb = new DynamoDBClient({ ...access, endpoint: tables.endpoint });
});

afterEach(async () => {
  s3.destroy();
  dynamoDb.destroy();
  await Promise.all([buckets.close(), tables.close()]);
});

/** What it says of bucket and table. */
async function create(corsOrigins = ORIGINS, waitMs = 0): Promise<string[]> {
  const told: string[] = [];
  const step: Step = async (label, work) => {
    const result = await work();
    told.push(typeof label === 'string' ? label : label(result));
    return result;
  };
  await createResources(place, { corsOrigins, waitMs, step });
  return told.filter(text => !text.startsWith('wait'));
}

test('bucket and table are those of the construct', async () => {
  const [bucket, table] = await create();
  await expectBucketAsConstructed(s3, 'photos', ORIGINS);
  await expectTableAsConstructed(dynamoDb, 'records');
  expect(bucket).toMatch(/^created the bucket photos; with .*the bucket policy, the CORS rule$/);
  expect(table).toBe('created the table records');
});

test('a second run finds both and adds nothing', async () => {
  await create();
  expect(await create()).toEqual(['the bucket photos is there already', 'the table records is there already']);
});

test('what a bucket lacks is added, and what another maker wrote stays', async () => {
  buckets.unimplemented.add('lifecycle');
  await create([]);
  const Policy = '{"Version":"2012-10-17","Statement":[]}';
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'photos', Policy }));
  buckets.unimplemented.clear();
  expect((await create([]))[0]).toBe('the bucket photos is there already; with the lifecycle rule');
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket: 'photos' }))).Policy).toBe(Policy);
});

test('other origins replace the CORS rule, and none leave it', async () => {
  await create();
  expect((await create(['https://other.example.com']))[0]).toBe('the bucket photos is there already; with the CORS rule');
  await create([]);
  const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket: 'photos' }));
  expect(CORSRules!.map(rule => rule.AllowedOrigins)).toEqual([['https://other.example.com']]);
});

test('what an emulator does not implement is said, and the rest is done', async () => {
  buckets.unimplemented.add('policy');
  const [bucket] = await create();
  expect(bucket).toMatch(/; with .*the CORS rule; WITHOUT the bucket policy: not implemented there \(NotImplemented\)$/);
});

test('a table of another shape is left alone, and the difference named', async () => {
  await dynamoDb.send(new CreateTableCommand({
    TableName: 'records',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'image_id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'image_id', KeyType: 'HASH' }],
  }));
  await expect(create()).rejects.toThrow("the table records must have: index 'by_user' of 'user_id' (S) and 'created_at' (S) that projects ALL; index 'by_due'");
  const { TimeToLiveDescription } = await dynamoDb.send(new DescribeTimeToLiveCommand({ TableName: 'records' }));
  expect(TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
});

test('it waits for an emulator that starts, and no longer than it may', async () => {
  buckets.unavailable = true;
  await expect(create()).rejects.toThrow(`nothing answers at ${buckets.endpoint} within 0 s (status 503): start the emulator`);
  setTimeout(() => { buckets.unavailable = false; }, 600);
  expect(await create(ORIGINS, 20_000)).toHaveLength(2);
});
