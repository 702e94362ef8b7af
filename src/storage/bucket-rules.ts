import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BUCKET, buildBucketCorsRule, buildDenials, ON_DEMAND_TAG, PREFIXES } from '../contract';
import type { Retention } from './retention';

export function buildDenyStatements(bucketArn: string, urlTtl: Duration): iam.PolicyStatement[] {
  return buildDenials(bucketArn, urlTtl.toMilliseconds()).map(denial => iam.PolicyStatement.fromJson(denial));
}

export const BLOCK_PUBLIC_ACCESS = new s3.BlockPublicAccess({
  blockPublicAcls: BUCKET.PUBLIC_ACCESS_BLOCK.BlockPublicAcls,
  blockPublicPolicy: BUCKET.PUBLIC_ACCESS_BLOCK.BlockPublicPolicy,
  ignorePublicAcls: BUCKET.PUBLIC_ACCESS_BLOCK.IgnorePublicAcls,
  restrictPublicBuckets: BUCKET.PUBLIC_ACCESS_BLOCK.RestrictPublicBuckets,
});

export function buildCorsRule(corsOrigins: string[]): s3.CorsRule {
  const { AllowedOrigins, AllowedMethods, AllowedHeaders, ExposeHeaders, MaxAgeSeconds } = buildBucketCorsRule(
    corsOrigins,
  );
  return {
    allowedOrigins: AllowedOrigins,
    allowedMethods: AllowedMethods as s3.HttpMethods[],
    allowedHeaders: AllowedHeaders,
    exposedHeaders: ExposeHeaders,
    maxAge: MaxAgeSeconds,
  };
}

/** Without ids: S3 generates them. Fixed ids could collide with those of the bucket's owner. */
export function buildLifecycleRules({ archiveAfter, onDemandVariants }: Retention): s3.LifecycleRule[] {
  const abandoned: s3.LifecycleRule = {
    abortIncompleteMultipartUploadAfter: Duration.days(BUCKET.ABORT_INCOMPLETE_UPLOAD_DAYS),
  };
  // Always present: an earlier delivery may have left such variants.
  const onDemand: s3.LifecycleRule = {
    prefix: PREFIXES.VARIANTS,
    tagFilters: { [ON_DEMAND_TAG.KEY]: ON_DEMAND_TAG.VALUE },
    expiration: onDemandVariants,
  };
  if (!archiveAfter) return [abandoned, onDemand];
  // Colder classes answer downloads with InvalidObjectState until the object is restored.
  const archive: s3.LifecycleRule = {
    prefix: PREFIXES.ORIGINALS,
    transitions: [{ storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: archiveAfter }],
  };
  return [abandoned, onDemand, archive];
}
