import fs, { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { findFailureCode } from '../../../lambda/domain/worker/failure-code';
import { startStorage } from '../../../local/engines/storage';
import { isDiskFull } from '../../../local/engines/storage/errors';
import { BUCKET, CREDENTIALS, REGION } from '../../security/presigned';

let directory: string;
let engine: Awaited<ReturnType<typeof startStorage>>;
let client: S3Client;

beforeEach(async () => {
  jest.spyOn(console, 'error').mockImplementation(() => {});
  directory = mkdtempSync(join(tmpdir(), 'storage-'));
  engine = await startStorage({ directory, bucket: BUCKET, region: REGION, credentials: CREDENTIALS });
  client = new S3Client({
    endpoint: engine.endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true, maxAttempts: 1,
  });
});

afterEach(async () => {
  jest.restoreAllMocks();
  client.destroy();
  await engine.close();
  rmSync(directory, { recursive: true });
});

const put = async () => client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'variants/a', Body: 'hello' }));

/** Files cannot be written, as on a disk in this state. */
function failWrites(code: string): void {
  jest.spyOn(fs, 'createWriteStream').mockImplementation(() => new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`${code}: write`), { code })),
  }) as fs.WriteStream);
}

test.each(['ENOSPC', 'EDQUOT'])('a full disk (%s) is named as the cause, and a later write succeeds', async code => {
  failWrites(code);
  const error: unknown = await put().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    name: 'StorageFull',
    message: 'The disk with the data of the local server is full.',
    $metadata: { httpStatusCode: 507 },
  });
  expect(findFailureCode(error)).toBe('DiskFull');
  jest.restoreAllMocks();
  expect(await put()).toMatchObject({ $metadata: { httpStatusCode: 200 } });
});

test('another error of the disk stays an internal error', async () => {
  failWrites('EIO');
  const error: unknown = await put().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'InternalError', $metadata: { httpStatusCode: 500 } });
  expect(findFailureCode(error)).toBe('ServiceUnavailable');
});

test("a full disk is known by LevelDB's text, also behind another error", () => {
  const leveldb = new Error('IO error: .local/storage/index/000005.log: No space left on device');
  expect(isDiskFull(leveldb)).toBe(true);
  expect(isDiskFull(new Error('Database is not open', { cause: leveldb }))).toBe(true);
  expect(isDiskFull(new Error('IO error: Input/output error'))).toBe(false);
});
