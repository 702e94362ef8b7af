import { buildS3Error } from './errors';
import type { Objects } from './objects';

/** S3's limit for one page. */
const MAX_KEYS = 1000;

/** ListObjectsV2. s3rver's own supports only one page: its continuation tokens need DES, which Node's OpenSSL lacks. */
export async function listBucket(
  objects: Objects, bucket: string, parameters: ReadonlyMap<string, string>,
): Promise<object> {
  if (parameters.get('list-type') !== '2') {
    throw buildS3Error('NotImplemented', 'only ListObjectsV2 is implemented here');
  }
  const prefix = parameters.get('prefix') ?? '';
  const limit = parseLimit(parameters.get('max-keys'));
  const token = parameters.get('continuation-token');
  const after = token === undefined ? parameters.get('start-after') ?? '' : Buffer.from(token, 'base64url').toString();
  const found = limit === 0 ? [] : await objects.list(prefix, after, limit + 1);
  const page = found.slice(0, limit);
  const isTruncated = found.length > limit;
  return {
    ListBucketResult: {
      '@': { '@_xmlns': 'http://s3.amazonaws.com/doc/2006-03-01/' },
      'Name': bucket,
      'Prefix': prefix,
      'KeyCount': page.length,
      'MaxKeys': limit,
      'IsTruncated': isTruncated,
      ...isTruncated ? { NextContinuationToken: Buffer.from(page[page.length - 1][0]).toString('base64url') } : {},
      'Contents': page.map(([key, object]) => ({
        Key: key,
        LastModified: new Date(object.modified).toISOString(),
        ETag: `"${object.etag}"`,
        Size: object.size,
        StorageClass: 'STANDARD',
      })),
    },
  };
}

function parseLimit(value = String(MAX_KEYS)): number {
  if (!/^\d{1,10}$/.test(value)) {
    throw buildS3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range', {
      ArgumentName: 'max-keys',
      ArgumentValue: value,
    });
  }
  return Math.min(Number(value), MAX_KEYS);
}
