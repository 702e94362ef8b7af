import * as iam from 'aws-cdk-lib/aws-iam';
import { PREFIXES } from '../contract';

const CLOUDFRONT = 'cloudfront.amazonaws.com';

/** The account that a distribution is in. */
export interface Owner {
  readonly partition: string;
  readonly account: string;
}

/**
 * CloudFront reads variants, for the distributions that the condition names. CDK's own origin would let it read the whole bucket, originals too.
 * `DenyOldSignatures` lets it through: with origin access control it signs each request as it makes it.
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

/** For where the policy cannot name the distribution, since the distribution needs what the policy belongs to. */
export function buildAccountCondition({ partition, account }: Owner): iam.Conditions {
  return { ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudfront::${account}:distribution/*` } };
}

/**
 * CloudFront decrypts what it reads. Any distribution of the account: the distribution needs the bucket and the bucket the key, whose policy can
 * therefore name neither. What can be read at all, the bucket's policy says.
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
