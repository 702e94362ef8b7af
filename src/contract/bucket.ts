import { PREFIXES } from './keys';

/**
 * What the bucket is, in the words of S3's API and of IAM: the construct makes it on AWS, `local/` on an emulator. Functions where a name
 * or a prop decides.
 */
export const BUCKET = {
  OBJECT_OWNERSHIP: 'BucketOwnerEnforced',
  PUBLIC_ACCESS_BLOCK: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
  /** Parts of a multipart upload that were never put together are paid for until they are removed. */
  ABORT_INCOMPLETE_UPLOAD_DAYS: 1,
} as const;

/** A statement of the bucket policy. */
export interface Denial {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Principal: { readonly AWS: '*' };
  readonly Action: string;
  readonly Resource: string | string[];
  readonly Condition: Record<string, Record<string, string>>;
}

/** What keeps uploads safe even where a signature would allow more. A bucket without these is not safe to use. */
export function buildDenials(bucketArn: string, urlTtlMillis: number): Denial[] {
  const originals = `${bucketArn}/${PREFIXES.ORIGINALS}*`;
  return [
    buildDenial('DenyPlainHttp', 's3:*', [bucketArn, `${bucketArn}/*`], { Bool: { 'aws:SecureTransport': 'false' } }),
    // s3:signatureAge is in milliseconds (Amazon S3 API Reference, "Signature Version 4 policy keys").
    buildDenial('DenyOldSignatures', 's3:*', [originals, `${bucketArn}/${PREFIXES.VARIANTS}*`], { NumericGreaterThan: { 's3:signatureAge': `${urlTtlMillis}` } }),
    // A PUT without If-None-Match could overwrite an image that was already looked at.
    buildDenial('DenyOverwrites', 's3:PutObject', originals, { Null: { 's3:if-none-match': 'true' } }),
  ];
}

function buildDenial(Sid: string, Action: string, Resource: Denial['Resource'], Condition: Denial['Condition']): Denial {
  return { Sid, Effect: 'Deny', Principal: { AWS: '*' }, Action, Resource, Condition };
}

/** A rule of the bucket's CORS configuration. */
export interface BucketCorsRule {
  readonly AllowedOrigins: string[];
  readonly AllowedMethods: string[];
  readonly AllowedHeaders: string[];
  readonly ExposeHeaders: string[];
  readonly MaxAgeSeconds: number;
}

/** Upload URLs are used by web pages: the headers are those that the service signs, and `ETag` tells what arrived. */
export function buildBucketCorsRule(origins: readonly string[]): BucketCorsRule {
  return {
    AllowedOrigins: [...origins],
    AllowedMethods: ['PUT', 'GET', 'HEAD'],
    AllowedHeaders: ['content-type', 'content-length', 'if-none-match', 'x-amz-checksum-sha256'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 3600,
  };
}
