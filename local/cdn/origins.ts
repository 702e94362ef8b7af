import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Answer } from './answer';
import { DELIVERY, PREFIXES } from '../../src/contract';
import type { Place } from '../place';

/** `headers` are the headers in the cache policy. */
export type Origin = (uri: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

/** Statuses for which the origin group asks the second origin. */
const FAILOVER: readonly number[] = DELIVERY.FAILOVER;

export function createOriginGroup(first: Origin, second: Origin): Origin {
  return async (uri, headers) => {
    const answer = await first(uri, headers);
    return FAILOVER.includes(answer.status) ? second(uri, headers) : answer;
  };
}

/** Reads the bucket's variants. As on AWS, the distribution has no access to other objects. */
export function createBucketOrigin(
  { storageUrl, region, credentials, bucket }: Place,
): { readonly origin: Origin; close(): void } {
  const client = new S3Client({ endpoint: storageUrl, region, credentials, forcePathStyle: true });
  const fetchVariant: Origin = async uri => {
    const Key = PREFIXES.VARIANTS + uri.slice(1);
    try {
      const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const headers = {
        'content-type': object.ContentType,
        'cache-control': object.CacheControl,
        'etag': object.ETag,
        'last-modified': object.LastModified?.toUTCString(),
        'accept-ranges': 'bytes',
      };
      return {
        status: 200,
        headers: dropUndefined(headers),
        body: Buffer.from(await object.Body!.transformToByteArray()),
      };
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === undefined || status >= 500) console.error(error);
      // CloudFront answers 504 if an origin does not respond (Developer Guide, "Origin unavailable").
      return { status: status ?? 504, headers: {}, body: Buffer.alloc(0) };
    }
  };
  return { origin: fetchVariant, close: () => client.destroy() };
}

function dropUndefined(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
