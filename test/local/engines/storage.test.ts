import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2, PutObjectCommand, PutObjectTaggingCommand, S3Client,
} from '@aws-sdk/client-s3';
import { startStorage, type CreatedObject } from '../../../local/engines/storage';
import { BUCKET, CREDENTIALS, presign, REGION, send, withBody } from '../../security/presigned';

let directory: string;
let engine: Awaited<ReturnType<typeof startStorage>>;
let client: S3Client;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'storage-'));
  engine = await startStorage({
    directory,
    bucket: BUCKET,
    region: REGION,
    credentials: CREDENTIALS,
    conditionalPrefix: 'originals/',
    corsOrigins: ['https://app.example.com'],
  });
  client = new S3Client({
    endpoint: engine.endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    forcePathStyle: true,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await engine.close();
  rmSync(directory, { recursive: true });
});

const put = async (key: string, body: string, more = {}) =>
  client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ...more }));
const get = async (key: string, more = {}) => client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key, ...more }));
const blobs = (): string[] => readdirSync(join(directory, 'blobs'));

async function upload(key: string, body: Buffer) {
  const headers = { 'content-type': 'image/png', 'content-length': String(body.length), 'if-none-match': '*' };
  return presign(engine.endpoint, { method: 'PUT', key, headers, body });
}

test('rejects an upload with another length than the signed one, and names the sent values', async () => {
  const answer = await send(
    engine.endpoint, withBody(await upload('originals/a', Buffer.from('hello')), Buffer.from('hel')),
  );
  expect([answer.status, answer.body.toString()]).toEqual([
    403, expect.stringMatching(/signed for certain values, .*content-length: 3\b/),
  ]);
});

test('an object comes back with its type, its metadata and the checksum that was sent', async () => {
  const checksum = createHash('sha256').update('hello').digest('base64');
  await put('variants/a', 'hello', {
    ContentType: 'image/webp',
    Metadata: { name: 'b' },
    ChecksumSHA256: checksum,
    CacheControl: 'no-store',
  });
  const found = {
    ContentType: 'image/webp',
    Metadata: { name: 'b' },
    ChecksumSHA256: checksum,
    CacheControl: 'no-store',
    ContentLength: 5,
  };
  expect(await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'variants/a', ChecksumMode: 'ENABLED' })))
    .toMatchObject(found);
  const { Body: body, ...answer } = await get('variants/a', { ChecksumMode: 'ENABLED' });
  expect(answer).toMatchObject(found);
  expect(await body!.transformToString()).toBe('hello');
});

test.each([
  ['bytes=1-3', 206, 'ell'], ['bytes=3-', 206, 'lo'], ['bytes=-2', 206, 'lo'], ['bytes=0-99', 206, 'hello'],
  ['bytes=-99', 206, 'hello'],
  ['bytes=3-1', 200, 'hello'], ['bytes=0-1,3-4', 200, 'hello'], ['lines=1-2', 200, 'hello'],
])('the range %s answers %i', async (range, status, expected) => {
  await put('a', 'hello');
  const { $metadata, Body: body } = await get('a', { Range: range });
  expect([$metadata.httpStatusCode, await body!.transformToString()]).toEqual([status, expected]);
});

test.each(['bytes=5-', 'bytes=9-10', 'bytes=-0'])('the range %s cannot be satisfied', async range => {
  await put('a', 'hello');
  await expect(get('a', { Range: range })).rejects.toMatchObject({
    name: 'InvalidRange',
    $metadata: { httpStatusCode: 416 },
  });
});

test.each([
  ['ChecksumSHA256', createHash('sha256').update('other').digest('base64')],
  ['ChecksumCRC32', 'AAAAAA=='],
  ['ContentMD5', createHash('md5').update('other').digest('base64')],
])('a body that is not what %s says leaves nothing', async (name, value) => {
  await expect(put('a', 'hello', { [name]: value })).rejects.toMatchObject({
    name: 'BadDigest',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(get('a')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  expect(blobs()).toEqual([]);
});

describe('tags', () => {
  const tag = async (key: string, TagSet: { Key: string; Value: string }[]) =>
    client.send(new PutObjectTaggingCommand({ Bucket: BUCKET, Key: key, Tagging: { TagSet } }));
  const readTags = async (key: string) =>
    (await client.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: key }))).TagSet;

  test('replace those that were there, and go with the object', async () => {
    await put('originals/a', 'first', { IfNoneMatch: '*' });
    expect(await readTags('originals/a')).toEqual([]);
    await tag('originals/a', [{ Key: 'a', Value: '1 < 2' }, { Key: 'b', Value: '' }]);
    expect(await readTags('originals/a')).toEqual([{ Key: 'a', Value: '1 < 2' }, { Key: 'b', Value: '' }]);
    await tag('originals/a', [{ Key: 'c', Value: 'x' }]);
    expect(await readTags('originals/a')).toEqual([{ Key: 'c', Value: 'x' }]);
    expect(await (await get('originals/a')).Body!.transformToString()).toBe('first');
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'originals/a' }));
    await put('originals/a', 'second', { IfNoneMatch: '*' });
    expect(await readTags('originals/a')).toEqual([]);
  });

  test('of an object that is not there are an error', async () => {
    await expect(tag('none', [{ Key: 'a', Value: 'b' }])).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(readTags('none')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  });

  test.each([
    ['more than ten', Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: '' })), 'BadRequest'],
    ['two of one name', [{ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' }], 'InvalidTag'],
    ['a value that is too long', [{ Key: 'a', Value: 'v'.repeat(257) }], 'InvalidTag'],
  ])('%s are refused', async (_what, tags, name) => {
    await put('a', 'x');
    await expect(tag('a', tags)).rejects.toMatchObject({ name });
  });
});

test('a key under the conditional prefix is written once, and only under the condition', async () => {
  await expect(put('originals/a', 'x')).rejects.toMatchObject({ name: 'AccessDenied' });
  await put('originals/a', 'first', { IfNoneMatch: '*' });
  await expect(put('originals/a', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
    $metadata: { httpStatusCode: 412 },
  });
  expect(await (await get('originals/a')).Body!.transformToString()).toBe('first');
});

test('of uploads that race for one key one wins, and the others leave nothing', async () => {
  const bodies = Array.from({ length: 20 }, (_, i) => Buffer.alloc(50_000, i));
  const answers = await Promise.all(
    bodies.map(async body => send(engine.endpoint, await upload('originals/race', body))),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status !== 200).map(({ status, code }) => `${status} ${code}`).filter(
    answer => !['412 PreconditionFailed', '409 ConditionalRequestConflict'].includes(answer),
  )).toEqual([]);
  expect(blobs()).toHaveLength(1);
});

test('an idle connection stays open for longer than clients wait between requests', async () => {
  const response = await fetch(engine.endpoint);
  expect(response.headers.get('keep-alive')).toBe('timeout=65');
});

test('an upload that breaks off leaves nothing, and the key stays free', async () => {
  const whole = await upload('originals/broken', Buffer.alloc(100_000, 'x'));
  const search = whole.query.map(([name, value]) => `${name}=${value}`).join('&');
  const head =
    [`PUT ${whole.path}?${search} HTTP/1.1`, ...whole.headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
  const socket = connect(Number(new URL(engine.endpoint).port), '127.0.0.1');
  socket.write(`${head}\r\n\r\n${'x'.repeat(60_000)}`);
  while (blobs().length === 0) await delay(5);
  socket.destroy();
  while (blobs().length > 0) await delay(5);
  await expect(get('originals/broken')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect((await send(engine.endpoint, whole)).status).toBe(200);
});

test('delete removes the bytes, and succeeds for a missing key', async () => {
  await put('a', 'x');
  await put('b', 'x');
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'a' }));
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'a' }));
  await client.send(
    new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: 'b' }, { Key: 'never' }] } }),
  );
  await expect(get('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(blobs()).toEqual([]);
});

test('a list has the keys of a prefix in the order of their bytes, page by page', async () => {
  const keys = ['p/a', 'p/b~40c', 'p/_', 'p/é', 'p/😀', 'p/A', 'p', 'p0', 'q/a', 'o/z'];
  await Promise.all(keys.map(async key => put(key, 'x')));
  const found: string[] = [];
  for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket: BUCKET, Prefix: 'p/' })) {
    found.push(...(page.Contents ?? []).map(object => object.Key!));
  }
  expect(found).toEqual(['p/A', 'p/_', 'p/a', 'p/b~40c', 'p/é', 'p/😀']);
  const { KeyCount: one } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'p/b~40c' }));
  expect(one).toBe(1);
});

test('listeners are called for each new object once it is readable', async () => {
  const heard: CreatedObject[] = [];
  engine.onObjectCreated(object => void heard.push(object));
  await put('variants/a', 'hello');
  await put('originals/b', 'x').catch(() => undefined);
  expect(heard).toEqual([
    { bucket: BUCKET, key: 'variants/a', size: 5, etag: createHash('md5').update('hello').digest('hex') },
  ]);
});

test.each([
  ['GET', '/a'], ['PUT', '/a'], ['DELETE', '/a'], ['GET', '?list-type=2'], ['POST', '?delete'], ['PUT', ''],
  ['DELETE', ''], ['PUT', '?cors'], ['GET', '/a?acl'],
])('%s of %s without a signature is denied', async (method, path) => {
  await put('a', 'x');
  const response = await fetch(`${engine.endpoint}/${BUCKET}${path}`, { method });
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  expect(await (await get('a')).Body!.transformToString()).toBe('x');
});

describe('browsers', () => {
  const preflight = async (origin: string, method: string) => fetch(`${engine.endpoint}/${BUCKET}/originals/a`, {
    method: 'OPTIONS',
    headers: {
      'origin': origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type,if-none-match',
    },
  });

  test('of a listed origin may upload, and read why an upload failed', async () => {
    const { status, headers } = await preflight('https://app.example.com', 'PUT');
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-allow-headers')).toBe('content-type, if-none-match');
    const refused = await fetch(`${engine.endpoint}/${BUCKET}/originals/a`, {
      method: 'PUT',
      headers: { origin: 'https://app.example.com' },
      body: 'x',
    });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
      403, 'https://app.example.com',
    ]);
  });

  test.each([
    ['https://evil.example', 'PUT'], ['https://app.example.com', 'DELETE'],
    ['https://app.example.com.evil.example', 'PUT'],
  ])(
    'of %s may not %s', async (origin, method) => {
      const { status, headers } = await preflight(origin, method);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
    },
  );
});
