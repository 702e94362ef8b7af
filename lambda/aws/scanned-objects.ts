import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { CLIENT_OPTIONS } from './clients';
import { call, errorName, httpStatus } from './errors';
import { SCAN_TAGS } from '../../src/contract';
import type { OpenedObject, ScannedObjects } from '../domain/scan-ports';

/** Originals in S3, for the function that scans them. */
export function scannedObjects(bucket: string, forcePathStyle: boolean): ScannedObjects {
  const client = new S3Client({ ...CLIENT_OPTIONS, forcePathStyle });
  return {
    open: (key, etag) => open(client, bucket, key, etag),
    isThere: async (key, etag) => {
      const head = async () => call(() => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag })));
      return head().then(() => true, isGone);
    },
    tag: async (key, result) => {
      // PutObjectTagging replaces all tags: an original has no others, for nothing else of the service tags one.
      const Tagging = { TagSet: [{ Key: SCAN_TAGS.clamav, Value: result }] };
      const put = async () => call(() => client.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: key, Tagging })));
      return put().then(() => true, isGone);
    },
  };
}

async function open(client: S3Client, bucket: string, key: string, etag: string): Promise<OpenedObject | 'gone' | 'denied'> {
  try {
    const { Body, ContentLength } = await call(() => client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag })));
    return { size: ContentLength!, bytes: Body as Readable };
  } catch (error) {
    if (httpStatus(error) === 403) return 'denied';
    isGone(error);
    return 'gone';
  }
}

/** `false`, where an error says that the object is not there in that version; any other error goes on. */
function isGone(error: unknown): false {
  if (errorName(error) === 'NoSuchKey' || [404, 412].includes(httpStatus(error) ?? 0)) return false;
  throw error;
}
