import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { call, readErrorName, readHttpStatus } from './errors';
import { ServiceError } from '../domain/errors';

export interface ObjectLocation {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
}

/** The object exists, but our role may not do this with it. */
export class Denied extends ServiceError {
  /** An answer to HEAD has no body, so it does not say which permission is missing. */
  constructor(action: string, cause: unknown) {
    super(
      `not authorized to perform: ${action} on an object that exists; check the role, the bucket policy and the KMS key`,
      { cause },
    );
    this.name = 'Denied';
  }
}

/**
 * Undefined if there is no such object, or no such version of it. Our permission to list is limited by prefix, which
 * neither HEAD nor GET names. So S3 answers 403 for a missing key, too (Amazon S3 API Reference, HeadObject,
 * "Permissions"), and the list decides.
 */
export async function callIfPresent<T>(
  place: ObjectLocation, action: string, send: () => Promise<T>, isSecond = false,
): Promise<T | undefined> {
  try {
    return await call(send);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (readHttpStatus(error) !== 403) throw error;
    if (!await checkListed(place)) return undefined;
    if (isSecond) throw new Denied(action, error);
    // The object may have come between the two calls.
    return callIfPresent(place, action, send, true);
  }
}

function isAbsent(error: unknown): boolean {
  return readErrorName(error) !== 'NoSuchBucket' && [404, 412].includes(readHttpStatus(error) ?? 0);
}

export async function checkListed({ client, bucket, key }: ObjectLocation): Promise<boolean> {
  const { Contents = [] } = await call(
    () => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 })),
  );
  return Contents.some(object => object.Key === key);
}
