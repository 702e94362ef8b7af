import { DeleteObjectCommand, PutObjectCommand, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { createGuardDutyScanner } from '../../../lambda/aws/guard-duty-scanner';
import type { Scanner } from '../../../lambda/domain/ports';
import { BUCKET, CREDENTIALS, REGION } from '../../security/presigned';
import { useStorage } from '../../support/engines';

const KEY = 'originals/_/alice/id/nonce';

const storage = useStorage();
let client: S3Client;
let scanner: Scanner;

beforeAll(() => {
  client = new S3Client({
    endpoint: storage.endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true,
  });
  scanner = createGuardDutyScanner(BUCKET, true);
});
afterAll(() => client.destroy());

const put = async (body = 'x'): Promise<string> =>
  (await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: body }))).ETag!;
const tag = async (...tags: [string, string][]) => client.send(new PutObjectTaggingCommand({
  Bucket: BUCKET, Key: KEY, Tagging: { TagSet: tags.map(([Key, Value]) => ({ Key, Value })) },
}));

// https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-malware-protection-s3-scans-gdu.html
test.each([['NO_THREATS_FOUND', 'clean'], ['THREATS_FOUND', 'infected'], ['UNSUPPORTED', 'unscannable']])(
  'the tag %s means %s', async (status, expected) => {
    const etag = await put();
    await tag(['somebody', 'else'], ['GuardDutyMalwareScanStatus', status]);
    expect(await scanner.scan(KEY, etag)).toBe(expected);
  },
);

test.each(['ACCESS_DENIED', 'FAILED', '', 'no_threats_found', 'CLEAN'])('the tag %j gives no verdict', async status => {
  const etag = await put();
  await tag(['GuardDutyMalwareScanStatus', status]);
  await expect(scanner.scan(KEY, etag)).rejects.toThrow(status);
});

test('an object without the tag is waiting', async () => {
  const etag = await put();
  expect(await scanner.scan(KEY, etag)).toBe('waiting');
  await tag(['guarddutymalwarescanstatus', 'NO_THREATS_FOUND'], ['ImageServiceScanStatus', 'NO_THREATS_FOUND']);
  expect(await scanner.scan(KEY, etag)).toBe('waiting');
});

test('an object that was deleted or replaced is gone', async () => {
  const etag = await put('one');
  await put('another');
  await tag(['GuardDutyMalwareScanStatus', 'NO_THREATS_FOUND']);
  expect(await scanner.scan(KEY, etag)).toBe('gone');
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: KEY }));
  expect(await scanner.scan(KEY, etag)).toBe('gone');
});

test('a missing bucket or unreachable storage gives no verdict', async () => {
  const etag = await put();
  await expect(createGuardDutyScanner('another-bucket', true).scan(KEY, etag)).rejects.toThrow('bucket');
  process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:1';
  await expect(createGuardDutyScanner(BUCKET, true).scan(KEY, etag)).rejects.toThrow('ECONNREFUSED');
  process.env.AWS_ENDPOINT_URL_S3 = storage.endpoint;
});
