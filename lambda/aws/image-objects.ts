import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, type GetObjectCommandInput, HeadObjectCommand, ListObjectsV2Command,
  PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import { CLIENT_OPTIONS } from './clients';
import { call, errorName, httpStatus } from './errors';
import { ON_DEMAND_TAG } from '../../src/contract';
import type { ObjectStore, StoredObject } from '../domain/ports';

const ON_DEMAND = `${ON_DEMAND_TAG.KEY}=${ON_DEMAND_TAG.VALUE}`;

export function imageObjects(bucket: string, forcePathStyle: boolean): ObjectStore {
  const client = new S3Client({ ...CLIENT_OPTIONS, forcePathStyle });
  return {
    find: key => find(client, bucket, key),
    readStart: (key, etag, length) => read(client, { Bucket: bucket, Key: key, IfMatch: etag, Range: `bytes=0-${length - 1}` }, collect),
    digest: (key, etag) => read(client, { Bucket: bucket, Key: key, IfMatch: etag }, digest),
    read: (key, etag) => read(client, { Bucket: bucket, Key: key, IfMatch: etag }, collect),
    put: async (key, bytes, contentType, { cacheControl, onDemand = false } = {}) => {
      const headers = { ContentType: contentType, CacheControl: cacheControl, ...onDemand && { Tagging: ON_DEMAND } };
      await call(() => client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...headers })));
    },
    delete: async key => {
      await call(() => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
    deleteAll: prefix => deleteAll(client, bucket, prefix),
  };
}

/** ListObjectsV2 answers with as many keys as DeleteObjects takes: 1 000. */
async function deleteAll(client: S3Client, bucket: string, prefix: string): Promise<boolean> {
  for (let isFirst = true; ; isFirst = false) {
    const { Contents = [], IsTruncated } = await call(() => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix })));
    if (Contents.length === 0) return !isFirst;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const { Errors = [] } = await call(() => client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })));
    // DeleteObjects answers 200 also where it deleted nothing.
    if (Errors.length > 0) throw new Error(`${Errors.length} objects under ${prefix} were not deleted, the first because of ${Errors[0].Code}`);
    if (!IsTruncated) return true;
  }
}

async function find(client: S3Client, bucket: string, key: string): Promise<StoredObject | undefined> {
  const head = await ifThere(client, bucket, key, () => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' })));
  return head && { size: head.ContentLength!, etag: head.ETag!, checksumSha256: head.ChecksumSHA256, contentEncoding: head.ContentEncoding };
}

/** The whole of a download; the client's own time-outs end with the headers of the answer. */
const READ_TIMEOUT_MS = 10_000;

/** What `consume` makes of exactly this version of the object; undefined if it went or changed. */
function read<T>(client: S3Client, input: GetObjectCommandInput, consume: (stream: Readable) => Promise<T>): Promise<T | undefined> {
  return ifThere(client, input.Bucket!, input.Key!, async () => {
    const { Body } = await client.send(new GetObjectCommand(input), { abortSignal: AbortSignal.timeout(READ_TIMEOUT_MS) });
    return consume(Body as Readable);
  });
}

/**
 * Undefined where there is no such object, or no such version of it. Our permission to list is fenced by prefix, which neither HEAD nor
 * GET names, so S3 answers 403 for a missing key too (Amazon S3 API Reference, HeadObject, "Permissions"): the list tells which it is.
 */
async function ifThere<T>(client: S3Client, bucket: string, key: string, send: () => Promise<T>, isSecond = false): Promise<T | undefined> {
  try {
    return await call(send);
  } catch (error) {
    if (errorName(error) === 'NoSuchKey' || [404, 412].includes(httpStatus(error) ?? 0)) return undefined;
    if (httpStatus(error) !== 403) throw error;
    if (!await isListed(client, bucket, key)) return undefined;
    if (isSecond) throw denied(error);
    // It may have come between the two.
    return ifThere(client, bucket, key, send, true);
  }
}

/** An answer to HEAD has no body, so nothing in it says what is missing. */
function denied(cause: unknown): Error {
  return new Error('not authorized to perform: s3:GetObject on an object that is there: look at the role, the bucket policy and the key', { cause });
}

async function isListed(client: S3Client, bucket: string, key: string): Promise<boolean> {
  const { Contents = [] } = await call(() => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 })));
  return Contents.some(object => object.Key === key);
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function digest(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('base64');
}
