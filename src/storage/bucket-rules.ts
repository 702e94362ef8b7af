import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { PREFIXES } from '../contract';
import type { IUploadRules } from './api';

/** What keeps uploads safe even where a signature would allow more. A bucket without these is not safe to use. */
export function denials(bucketArn: string, urlTtl: Duration): iam.PolicyStatement[] {
  const originals = `${bucketArn}/${PREFIXES.ORIGINALS}*`;
  return [
    deny('DenyPlainHttp', ['s3:*'], [bucketArn, `${bucketArn}/*`], { Bool: { 'aws:SecureTransport': 'false' } }),
    // s3:signatureAge is in milliseconds (Amazon S3 API Reference, "Signature Version 4 policy keys").
    deny('DenyOldSignatures', ['s3:*'], [originals], { NumericGreaterThan: { 's3:signatureAge': `${urlTtl.toMilliseconds()}` } }),
    // A PUT without If-None-Match could overwrite an image that was already looked at.
    deny('DenyOverwrites', ['s3:PutObject'], [originals], { Null: { 's3:if-none-match': 'true' } }),
  ];
}

function deny(sid: string, actions: string[], resources: string[], conditions: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions, resources, conditions });
}

/** Upload URLs are used by web pages: the headers are those that the service signs, and `ETag` tells what arrived. */
export function corsRule(corsOrigins: string[]): s3.CorsRule {
  return {
    allowedOrigins: corsOrigins,
    allowedMethods: [s3.HttpMethods.PUT, s3.HttpMethods.GET, s3.HttpMethods.HEAD],
    allowedHeaders: ['content-type', 'content-length', 'if-none-match', 'x-amz-checksum-sha256'],
    exposedHeaders: ['ETag'],
    maxAge: 3600,
  };
}

/** Without ids: S3 makes them, where ours could meet those of a bucket's owner and be refused as not unique. */
export function lifecycleRules(archiveAfter?: Duration): s3.LifecycleRule[] {
  const abandoned: s3.LifecycleRule = { abortIncompleteMultipartUploadAfter: Duration.days(1) };
  if (!archiveAfter) return [abandoned];
  // Colder classes answer a download with InvalidObjectState until restored.
  const archive: s3.LifecycleRule = {
    prefix: PREFIXES.ORIGINALS,
    transitions: [{ storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: archiveAfter }],
  };
  return [abandoned, archive];
}

/** The rules as the owner of an imported bucket has to add them. */
export function rulesToAdd(bucketArn: string, uploads: IUploadRules): string {
  const policy = denials(bucketArn, uploads.urlTtl).map(statement => statement.toStatementJson());
  return [
    `bucket policy statements: ${JSON.stringify(policy)}`,
    ...(uploads.corsOrigins.length > 0 ? [`CORS rules: ${JSON.stringify([corsRuleOfS3(corsRule(uploads.corsOrigins))])}`] : []),
    'all four settings of block public access; object ownership: bucket owner enforced; a lifecycle rule that aborts incomplete multipart uploads',
    ...(uploads.acceleration ? ['transfer acceleration: enabled'] : []),
  ].join('\n');
}

/** As the S3 API spells it, which is how consoles and other tools take it. */
function corsRuleOfS3(rule: s3.CorsRule): object {
  return {
    AllowedOrigins: rule.allowedOrigins,
    AllowedMethods: rule.allowedMethods,
    AllowedHeaders: rule.allowedHeaders,
    ExposeHeaders: rule.exposedHeaders,
    MaxAgeSeconds: rule.maxAge,
  };
}
