import { Annotations as Warnings, App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ownBucket, ownKey, ownTable } from './combinations';
import { printedOf, synthesize, type Synthesized } from './synth';
import { Delivery, ImageService, Retention } from '../../src';

const DISTRIBUTION = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/', { Ref: 'ImagesDeliveryCdnDistribution2DACE48A' }]] };

/** What a policy lets CloudFront do. */
function forCloudFront(policy: { Statement: Record<string, any>[] }): Record<string, any>[] {
  return policy.Statement.filter(({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal).includes('cloudfront'));
}

function bucketPolicy({ one }: Synthesized): { Statement: Record<string, any>[] } {
  return one('AWS::S3::BucketPolicy').Properties.PolicyDocument;
}

function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => `${entry.data}`);
}

describe.each<[string, Synthesized]>([
  ['the made bucket', synthesize()],
  ['a bucket of the same stack', synthesize(stack => ({ bucket: ownBucket(stack), table: ownTable(stack) }))],
])('of %s', (_name, result) => {
  test('CloudFront reads variants, for this distribution, and nothing else', () => {
    expect(forCloudFront(bucketPolicy(result))).toEqual([{
      Sid: 'AllowDelivery',
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringContaining('Bucket'), 'Arn'] }, '/variants/*']] },
      Condition: { StringEquals: { 'aws:SourceArn': DISTRIBUTION } },
    }]);
  });

  test('on-demand variants expire', () => {
    const { Rules } = result.one('AWS::S3::Bucket').Properties.LifecycleConfiguration;
    expect(Rules).toContainEqual({ Prefix: 'variants/', TagFilters: [{ Key: 'generation', Value: 'on-demand' }], ExpirationInDays: 90, Status: 'Enabled' });
  });
});

test('on-demand variants expire when they are told to', () => {
  const { one } = synthesize({ retention: Retention.of({ onDemandVariants: Duration.days(7) }) });
  expect(one('AWS::S3::Bucket').Properties.LifecycleConfiguration.Rules).toContainEqual(expect.objectContaining({ ExpirationInDays: 7 }));
});

test('presigned only: CloudFront reads nothing', () => {
  const result = synthesize(stack => ({ delivery: Delivery.presignedOnly(), encryptionKey: ownKey(stack) }));
  expect(forCloudFront(bucketPolicy(result))).toEqual([]);
  expect(forCloudFront(result.one('AWS::KMS::Key').Properties.KeyPolicy)).toEqual([]);
});

describe('a key', () => {
  const decrypt = {
    Sid: 'AllowDelivery',
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/*']] } } },
  };

  test('of the service lets CloudFront decrypt, for distributions of the account, and nothing of it is a circle', () => {
    const result = synthesize(stack => ({ encryptionKey: ownKey(stack) }));
    expect(forCloudFront(result.one('AWS::KMS::Key').Properties.KeyPolicy)).toEqual([decrypt]);
    expect(warningsOf(result.stack)).toEqual([]);
  });

  test('of a bucket that was brought does, too', () => {
    const result = synthesize(stack => ({ bucket: ownBucket(stack, { encryption: s3.BucketEncryption.KMS, encryptionKey: ownKey(stack) }) }));
    expect(forCloudFront(result.one('AWS::KMS::Key').Properties.KeyPolicy)).toEqual([decrypt]);
  });

  test('that is imported gets a warning with what its owner must add', () => {
    const { stack } = synthesize(own => ({ encryptionKey: kms.Key.fromKeyArn(own, 'Key', 'arn:aws:kms:eu-central-1:111122223333:key/k') }));
    const [warning, ...others] = warningsOf(stack);
    expect(others).toEqual([]);
    expect(warning).toContain("'encryptionKey'");
    expect(printedOf(warning)).toEqual([{ ...decrypt, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::<account>:distribution/*' } } }]);
  });
});

describe('a bucket whose policy is out of reach', () => {
  test('imported: a warning has the statement that its owner must add, with a placeholder for the distribution', () => {
    const { stack } = synthesize(own => ({ bucket: s3.Bucket.fromBucketName(own, 'Imported', 'photos') }));
    const warning = warningsOf(stack).find(text => text.includes('CloudFront cannot read variants'))!;
    expect(printedOf(warning)).toEqual([{
      Sid: 'AllowDelivery',
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::photos/variants/*',
      Condition: { StringEquals: { 'aws:SourceArn': '<distribution ARN>' } },
    }]);
  });

  test('of another stack of this app: needs no warning, and CloudFront reads it, for distributions of the account, without a circle of stacks', () => {
    const app = new App();
    const data = new Stack(app, 'Data');
    const stack = new Stack(app, 'Stack');
    new ImageService(stack, 'Images', { bucket: ownBucket(data) });
    expect([...warningsOf(stack), ...warningsOf(data)]).toEqual([]);
    const [policy] = Object.values(Template.fromStack(data).findResources('AWS::S3::BucketPolicy'));
    expect(forCloudFront(policy.Properties.PolicyDocument as { Statement: object[] })).toEqual([expect.objectContaining({
      Action: 's3:GetObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringContaining('OwnBucket'), 'Arn'] }, '/variants/*']] },
      Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/*']] } } },
    })]);
    expect(data.dependencies).toEqual([]);
  });

  test('is not warned of once that is acknowledged, nor where nothing is delivered by CloudFront', () => {
    const acknowledged = synthesize(own => ({ bucket: s3.Bucket.fromBucketName(own, 'Imported', 'photos') }), (_service, own) => {
      Warnings.of(own).acknowledgeWarning('cdk-image-service:imported-bucket-delivery');
    });
    const presigned = synthesize(own => ({ bucket: s3.Bucket.fromBucketName(own, 'Imported', 'photos'), delivery: Delivery.presignedOnly() }));
    for (const { stack } of [acknowledged, presigned]) expect(warningsOf(stack).join()).not.toContain('AllowDelivery');
  });
});
