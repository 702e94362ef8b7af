import { type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { PREFIXES } from '../contract';

const CLOUDFRONT = 'cloudfront.amazonaws.com';

/**
 * CloudFront reads variants, for this distribution. CDK's own origin would let it read the whole bucket, originals too. `DenyOldSignatures` lets
 * it through: with origin access control it signs each request as it makes it.
 */
export function deliveryStatement(bucketArn: string, distributionArn: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AllowDelivery',
    principals: [new iam.ServicePrincipal(CLOUDFRONT)],
    actions: ['s3:GetObject'],
    resources: [`${bucketArn}/${PREFIXES.VARIANTS}*`],
    conditions: { StringEquals: { 'aws:SourceArn': distributionArn } },
  });
}

/**
 * CloudFront decrypts what it reads. Any distribution of the account: the distribution needs the bucket and the bucket the key, whose policy can
 * therefore name neither. What can be read at all, the bucket's policy says.
 */
export function deliveryKeyStatement({ partition, account }: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AllowDelivery',
    principals: [new iam.ServicePrincipal(CLOUDFRONT)],
    actions: ['kms:Decrypt'],
    resources: ['*'],
    conditions: { ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudfront::${account}:distribution/*` } },
  });
}
