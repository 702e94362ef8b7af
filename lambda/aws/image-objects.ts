import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CLIENT_OPTIONS } from './clients';
import { call, errorName, httpStatus } from './errors';
import type { ObjectStore, StoredObject } from '../domain/ports';

export function imageObjects(bucket: string, forcePathStyle: boolean): ObjectStore {
  const client = new S3Client({ ...CLIENT_OPTIONS, forcePathStyle });
  return {
    find: key => find(client, bucket, key),
    readStart: async (key, etag, length) => {
      const bytes = await read(client, bucket, key, etag, `bytes=0-${length - 1}`);
      return bytes && collect(bytes);
    },
    digest: async (key, etag) => {
      const bytes = await read(client, bucket, key, etag);
      return bytes && digest(bytes);
    },
    delete: async key => {
      await call(() => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
  };
}

async function find(client: S3Client, bucket: string, key: string): Promise<StoredObject | undefined> {
  try {
    const head = await call(() => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' })));
    return { size: head.ContentLength!, etag: head.ETag!, checksumSha256: head.ChecksumSHA256 };
  } catch (error) {
    if (httpStatus(error) === 404) return undefined;
    // Our permission to list is fenced by prefix, which HEAD does not name: S3 then answers 403 for a missing key.
    if (httpStatus(error) === 403 && !await isListed(client, bucket, key)) return undefined;
    throw error;
  }
}

async function isListed(client: S3Client, bucket: string, key: string): Promise<boolean> {
  const { Contents = [] } = await call(() => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 })));
  return Contents.some(object => object.Key === key);
}

/** The bytes of exactly this version of the object; undefined if it went or changed. */
async function read(client: S3Client, bucket: string, key: string, etag: string, range?: string): Promise<Readable | undefined> {
  try {
    const { Body } = await call(() => client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag, Range: range })));
    return Body as Readable;
  } catch (error) {
    if (errorName(error) === 'NoSuchKey' || [404, 412].includes(httpStatus(error) ?? 0)) return undefined;
    throw error;
  }
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
