import * as iam from 'aws-cdk-lib/aws-iam';
import { PREFIXES } from '../contract';

const CLOUDFRONT = 'cloudfront.amazonaws.com';

/** The account that a distribution is in. */
export interface Owner {
  readonly partition: string;
  readonly account: string;
}

/**
 * Lets CloudFront read variants for the distributions in the condition. CDK's own origin would grant the whole bucket,
 * originals too. `DenyOldSignatures` does not apply: with origin access control, CloudFront signs each request anew.
 */
export function buildDeliveryStatement(bucketArn: string, conditions: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AllowDelivery',
    principals: [new iam.ServicePrincipal(CLOUDFRONT)],
    actions: ['s3:GetObject'],
    resources: [`${bucketArn}/${PREFIXES.VARIANTS}*`],
    conditions,
  });
}

/**
 * All distributions of the account, if the policy cannot name one because the distribution depends on the owner of the
 * policy.
 */
export function buildAccountCondition({ partition, account }: Owner): iam.Conditions {
  return { ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudfront::${account}:distribution/*` } };
}

/**
 * Lets CloudFront decrypt objects, for any distribution of the account. The distribution depends on the bucket and the
 * bucket on the key, so the key policy cannot name either. The bucket policy limits the readable objects.
 */
export function buildDeliveryKeyStatement(owner: Owner): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AllowDelivery',
    principals: [new iam.ServicePrincipal(CLOUDFRONT)],
    actions: ['kms:Decrypt'],
    resources: ['*'],
    conditions: buildAccountCondition(owner),
  });
}
