import { buildAccessDenied, buildS3Error } from './errors';
import { QUERY_KEYS } from './signature';
import { readHeader, type Wire } from './wire';

/** Response headers that a signed GET can set (API reference, GetObject). */
const OVERRIDES = [
  'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires',
]
  .map(name => `response-${name}`);
const LIST_PARAMETERS = [
  'list-type', 'prefix', 'max-keys', 'start-after', 'continuation-token', 'fetch-owner', 'encoding-type',
];
/** Parameter of requests for the tags of an object. */
const TAGGING = 'tagging';
/** The SDKs name the operation in the query; S3 ignores it. */
const IGNORED_PARAMETERS = ['x-id'];
/** S3's limit for one PUT. */
const MAX_PUT_BYTES = 5 * 2 ** 30;

export interface Target { readonly bucket: string; readonly key: string }

export function parseTarget(wire: Wire): Target {
  const [, bucket, ...key] = wire.path.split('/');
  return { bucket, key: key.join('/') };
}

/** Reads the parameters that are not part of the signature. */
export function readParameters(wire: Wire): Map<string, string> {
  const amz = wire.query.filter(([name]) => !isAmz(name) && !IGNORED_PARAMETERS.includes(name));
  return new Map(amz);
}

/** S3 reads `x-amz-*` parameters of a presigned URL as headers. */
export function withHoistedHeaders(wire: Wire): Wire {
  const hoisted = wire.query
    .filter(([name]) => isAmz(name) && !QUERY_KEYS.includes(name))
    .map(([name, value]) => [name.toLowerCase(), [value]] as const);
  return { ...wire, headers: new Map([...hoisted, ...wire.headers]) };
}

function isAmz(name: string): boolean {
  return name.toLowerCase().startsWith('x-amz-');
}

/**
 * Rejects operations that the service does not use. It uses get, head, put, delete and tags of objects, list and batch
 * delete.
 */
export function checkOperation(wire: Wire, bucket: string): void {
  const target = parseTarget(wire);
  if (target.bucket !== bucket) {
    throw buildS3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: target.bucket });
  }
  const known = listKnownParameters(wire.method, target);
  const unknown = [...readParameters(wire).keys()].filter(name => !known?.includes(name));
  if (!known || unknown.length > 0 || wire.headers.has('x-amz-copy-source')) {
    throw buildS3Error(
      'NotImplemented',
      `${wire.method} of ${target.key ? 'an object' : 'the bucket'} with parameters [${unknown.join(', ')}] is not implemented here`,
    );
  }
}

function listKnownParameters(method: string, { key }: Target): string[] | undefined {
  const operations: Record<string, string[]> = key
    ? { GET: [...OVERRIDES, TAGGING], HEAD: OVERRIDES, PUT: [TAGGING], DELETE: [] }
    : { GET: LIST_PARAMETERS, POST: ['delete'] };
  return operations[method];
}

/** Returns whether a PUT uploads an object, rather than tags. */
export function isUpload(wire: Wire): boolean {
  return wire.method === 'PUT' && !readParameters(wire).has(TAGGING);
}

/** Checks the rules of S3 and the bucket policy for an upload. */
export function checkUpload(wire: Wire, conditionalPrefix: string | undefined): void {
  const length = readHeader(wire, 'content-length');
  if (length === undefined) {
    throw buildS3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (Number(length) > MAX_PUT_BYTES) {
    throw buildS3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: length,
    });
  }
  const noneMatch = readHeader(wire, 'if-none-match');
  if (
    noneMatch === undefined && conditionalPrefix !== undefined
    && parseTarget(wire).key.startsWith(conditionalPrefix)
  ) {
    throw buildAccessDenied(
      `Access Denied by the bucket policy: keys under ${conditionalPrefix} need if-none-match (s3:if-none-match)`,
    );
  }
  if ((noneMatch !== undefined && noneMatch !== '*') || wire.headers.has('if-match')) {
    throw buildS3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', {
      Header: 'If-None-Match other than *, or If-Match',
    });
  }
}

/** `if-match` returns only the named version (RFC 9110, section 13.1.1). */
export function checkMatch(wire: Wire, etag: string): void {
  const wanted = readHeader(wire, 'if-match');
  if (
    wanted === undefined || wanted === '*'
    || wanted.split(',').some(tag => tag.trim().replace(/^"|"$/g, '') === etag)
  ) {
    return;
  }
  throw buildS3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: 'If-Match',
  });
}
