import { randomBytes } from 'node:crypto';
import type { CreatedObject } from './index';

/** A principal that AWS does not assign. */
const PRINCIPAL = { principalId: 'LOCAL' };

/**
 * Builds the message that S3 sends to a queue about a new object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function buildObjectCreatedEvent({ bucket, key, size, etag }: CreatedObject, awsRegion: string): string {
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion,
    eventTime: new Date().toISOString(),
    eventName: 'ObjectCreated:Put',
    userIdentity: PRINCIPAL,
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: {
      'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
      'x-amz-id-2': randomBytes(32).toString('base64'),
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'originals',
      bucket: { name: bucket, ownerIdentity: PRINCIPAL, arn: `arn:aws:s3:::${bucket}` },
      object: { key: encodeKey(key), size, eTag: etag, sequencer: makeSequencer() },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/** Form encoding, except for slashes. */
function encodeKey(key: string): string {
  return new URLSearchParams([['', key]]).toString().slice(1).replaceAll('%2F', '/');
}

let last = 0n;

/** Increases with each event, which is S3's only guarantee. */
function makeSequencer(): string {
  const now = BigInt(Date.now()) * 0x100000n;
  last = now > last ? now : last + 1n;
  return last.toString(16).toUpperCase().padStart(18, '0');
}
