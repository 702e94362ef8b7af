import { GetObjectTaggingCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { callIfPresent } from './call-if-present';
import { CLIENT_OPTIONS } from './clients';
import { parseImageId, SCAN_TAGS } from '../../src/contract';
import { FailedTry } from '../domain/errors';
import type { Scanner } from '../domain/ports';

/**
 * GuardDuty Malware Protection for S3 scans by itself, and tags the object with its result.
 * https://docs.aws.amazon.com/guardduty/latest/ug/monitor-enable-s3-object-tagging-malware-protection.html
 */
export function createGuardDutyScanner(bucket: string, forcePathStyle: boolean): Scanner {
  const client = new S3Client({ ...CLIENT_OPTIONS, forcePathStyle });
  return {
    scan: async (key, etag) => {
      const status = await readScanStatus(client, bucket, key);
      switch (status) {
        case undefined: return 'waiting';
        case GONE: return 'gone';
        // Tags belong to a key, not to a version: the tagged object must be the confirmed one.
        case 'NO_THREATS_FOUND': return await checkVersion(client, bucket, key, etag) ? 'clean' : 'gone';
        case 'THREATS_FOUND': return 'infected';
        case 'UNSUPPORTED': return 'unscannable';
        case 'ACCESS_DENIED':
        case 'FAILED': throw new FailedTry(
          'ScanFailed',
          `GuardDuty could not scan ${parseImageId(key)}: ${status}; check the role of the malware protection plan and the KMS key of the bucket`,
        );
        default: throw new FailedTry(
          'ScanFailed',
          `the tag ${SCAN_TAGS.guardduty} of ${parseImageId(key)} must be a scan status that GuardDuty documents, got: ${/^\w{0,40}$/.test(status) ? JSON.stringify(status) : 'another text'}`,
        );
      }
    },
  };
}

const GONE = Symbol('gone');

async function readScanStatus(
  client: S3Client, bucket: string, key: string,
): Promise<string | undefined | typeof GONE> {
  const send = () => client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
  const tagging = await callIfPresent({ client, bucket, key }, 's3:GetObjectTagging', send);
  return tagging === undefined ? GONE : tagging.TagSet?.find(({ Key }) => Key === SCAN_TAGS.guardduty)?.Value;
}

async function checkVersion(client: S3Client, bucket: string, key: string, etag: string): Promise<boolean> {
  const send = () => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }));
  return await callIfPresent({ client, bucket, key }, 's3:GetObject', send) !== undefined;
}
