import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { Denied, callIfPresent } from './call-if-present';
import { CLIENT_OPTIONS } from './clients';
import { SCAN_TAGS } from '../../src/contract';
import type { OpenedObject, ScannedObjects } from '../domain/scan-ports';

/** Originals in S3, for the function that scans them. */
export function openScannedObjects(bucket: string, forcePathStyle: boolean): ScannedObjects {
  const client = new S3Client({ ...CLIENT_OPTIONS, forcePathStyle });
  return {
    open: (key, etag) => open(client, bucket, key, etag),
    isThere: async (key, etag) => {
      const readHead = () => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }));
      return await callIfPresent({ client, bucket, key }, 's3:GetObject', readHead) !== undefined;
    },
    tag: async (key, result) => {
      // PutObjectTagging replaces all tags. Originals have no others, since no other part of the service tags them.
      const Tagging = { TagSet: [{ Key: SCAN_TAGS.clamav, Value: result }] };
      const put = () => client.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: key, Tagging }));
      return await callIfPresent({ client, bucket, key }, 's3:PutObjectTagging', put) !== undefined;
    },
  };
}

async function open(
  client: S3Client, bucket: string, key: string, etag: string,
): Promise<OpenedObject | 'gone' | 'denied'> {
  try {
    const get = () => client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }));
    const object = await callIfPresent({ client, bucket, key }, 's3:GetObject', get);
    return object === undefined ? 'gone' : { size: object.ContentLength!, bytes: object.Body as Readable };
  } catch (error) {
    if (error instanceof Denied) return 'denied';
    throw error;
  }
}
