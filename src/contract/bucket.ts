import { PREFIXES } from './keys';

/**
 * Settings of the bucket in the terms of the S3 and IAM APIs. The construct applies them on AWS, `local/` on an
 * emulator. Settings that depend on a name or a prop are functions.
 */
export const BUCKET = {
  OBJECT_OWNERSHIP: 'BucketOwnerEnforced',
  PUBLIC_ACCESS_BLOCK: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  /** AWS bills the parts of unfinished multipart uploads until they are deleted. */
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

/**
 * Statements that protect uploads even where a signature would allow more. A bucket without them is not safe to use.
 */
export function buildDenials(bucketArn: string, urlTtlMillis: number): Denial[] {
  const originals = `${bucketArn}/${PREFIXES.ORIGINALS}*`;
  return [
    buildDenial('DenyPlainHttp', 's3:*', [bucketArn, `${bucketArn}/*`], { Bool: { 'aws:SecureTransport': 'false' } }),
    // s3:signatureAge is in milliseconds (Amazon S3 API Reference, "Signature Version 4 policy keys").
    buildDenial('DenyOldSignatures', 's3:*', [originals, `${bucketArn}/${PREFIXES.VARIANTS}*`], {
      NumericGreaterThan: { 's3:signatureAge': `${urlTtlMillis}` },
    }),
    // A PUT without `If-None-Match` could overwrite an image that was already checked.
    buildDenial('DenyOverwrites', 's3:PutObject', originals, { Null: { 's3:if-none-match': 'true' } }),
  ];
}

function buildDenial(
  Sid: string, Action: string, Resource: Denial['Resource'], Condition: Denial['Condition'],
): Denial {
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

/** Web pages use upload URLs. The headers are those that the service signs. `ETag` identifies the stored bytes. */
export function buildBucketCorsRule(origins: readonly string[]): BucketCorsRule {
  return {
    AllowedOrigins: [...origins],
    AllowedMethods: ['PUT', 'GET', 'HEAD'],
    AllowedHeaders: ['content-type', 'content-length', 'if-none-match', 'x-amz-checksum-sha256'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 3600,
  };
}
