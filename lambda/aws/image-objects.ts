import { createHash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import {
  DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, type GetObjectCommandInput, HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import { callIfPresent, checkListed, type ObjectLocation } from './call-if-present';
import { CLIENT_OPTIONS } from './clients';
import { call } from './errors';
import { ON_DEMAND_TAG, computeTransferSeconds } from '../../src/contract';
import { ServiceError } from '../domain/errors';
import type { ObjectStore, StoredObject } from '../domain/ports';

const ON_DEMAND = `${ON_DEMAND_TAG.KEY}=${ON_DEMAND_TAG.VALUE}`;

/**
 * Minimum time for the bytes of a download, and the maximum for the digest of an API request. The client's own timeouts
 * end with the headers.
 */
const READ_SECONDS = 10;

export function openObjectStore(bucket: string, forcePathStyle: boolean): ObjectStore {
  const client = new S3Client({ ...CLIENT_OPTIONS, forcePathStyle });
  return {
    find: (key, isLikelyAbsent = false) => find({ client, bucket, key }, isLikelyAbsent),
    readStart: (key, etag, length) =>
      read(client, { Bucket: bucket, Key: key, IfMatch: etag, Range: `bytes=0-${length - 1}` }, collect),
    digest: (key, etag) => read(client, { Bucket: bucket, Key: key, IfMatch: etag }, digest, READ_SECONDS),
    read: (key, etag) => read(client, { Bucket: bucket, Key: key, IfMatch: etag }, collect),
    put: async (key, bytes, contentType, { cacheControl, onDemand = false } = {}) => {
      const headers = { ContentType: contentType, CacheControl: cacheControl, ...onDemand && { Tagging: ON_DEMAND } };
      const { ETag } = await call(
        () => client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...headers })),
      );
      return ETag!;
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
    const { Contents = [], IsTruncated } = await call(
      () => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix })),
    );
    if (Contents.length === 0) return !isFirst;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const { Errors = [] } = await call(
      () => client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })),
    );
    // DeleteObjects answers 200 even if it deleted nothing.
    if (Errors.length > 0) {
      throw new ServiceError(
        `${Errors.length} objects were not deleted; the first error is ${Errors[0].Code}`,
      );
    }
    if (!IsTruncated) return true;
  }
}

/**
 * HEAD answers 403 for an absent object, and then the list decides (see `callIfPresent`). The list alone is one request
 * instead of two.
 */
async function find(place: ObjectLocation, isLikelyAbsent: boolean): Promise<StoredObject | undefined> {
  if (isLikelyAbsent && !await checkListed(place)) return undefined;
  const { client, bucket, key } = place;
  const head = await callIfPresent(
    place,
    's3:GetObject',
    () => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' })),
  );
  return head && {
    size: head.ContentLength!,
    etag: head.ETag!,
    storedAt: head.LastModified?.getTime(),
    checksumSha256: head.ChecksumSHA256,
    contentEncoding: head.ContentEncoding,
  };
}

/**
 * The result of `consume` on exactly this version of the object; undefined if it was deleted or changed. Large objects
 * get the time that the worker's timeout includes, unless `longest` (seconds) is shorter.
 */
function read<T>(
  client: S3Client, input: GetObjectCommandInput, consume: (stream: Readable) => Promise<T>, longest = Infinity,
): Promise<T | undefined> {
  return callIfPresent({ client, bucket: input.Bucket!, key: input.Key! }, 's3:GetObject', async () => {
    const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand(input));
    const signal = AbortSignal.timeout(1000 * Math.min(longest, READ_SECONDS + computeTransferSeconds(ContentLength)));
    return consume(addAbortSignal(signal, Body as Readable));
  });
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
