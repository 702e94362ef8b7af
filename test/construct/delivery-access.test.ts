import { Annotations as Warnings, App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { makeBucket, makeKey, makeTable } from './combinations';
import { parsePrintedList, synthesize, type Synthesized } from './synth';
import { Delivery, ImageService, Retention } from '../../src';

const DISTRIBUTION = {
  'Fn::Join': ['', [
    'arn:', { Ref: 'AWS::Partition' }, ':cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/',
    { Ref: 'ImagesDeliveryCdnDistribution2DACE48A' },
  ]],
};

/** Statements of a policy for CloudFront. */
function filterCloudFront(policy: { Statement: Record<string, any>[] }): Record<string, any>[] {
  return policy.Statement.filter(
    ({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal).includes('cloudfront'),
  );
}

function getBucketPolicy({ one }: Synthesized): { Statement: Record<string, any>[] } {
  return one('AWS::S3::BucketPolicy').Properties.PolicyDocument;
}

function listWarnings(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => `${entry.data}`);
}

describe.each<[string, Synthesized]>([
  ['the made bucket', synthesize()],
  ['a bucket of the same stack', synthesize(stack => ({ bucket: makeBucket(stack), table: makeTable(stack) }))],
])('with %s,', (_name, result) => {
  test('CloudFront may read variants only, for this distribution', () => {
    expect(filterCloudFront(getBucketPolicy(result))).toEqual([{
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
    expect(Rules).toContainEqual({
      Prefix: 'variants/',
      TagFilters: [{ Key: 'generation', Value: 'on-demand' }],
      ExpirationInDays: 90,
      Status: 'Enabled',
    });
  });
});

test('on-demand variants expire after onDemandVariants', () => {
  const { one } = synthesize({ retention: Retention.of({ onDemandVariants: Duration.days(7) }) });
  expect(one('AWS::S3::Bucket').Properties.LifecycleConfiguration.Rules).toContainEqual(
    expect.objectContaining({ ExpirationInDays: 7 }),
  );
});

test('presignedOnly gives CloudFront no permission', () => {
  const result = synthesize(stack => ({ delivery: Delivery.presignedOnly(), encryptionKey: makeKey(stack) }));
  expect(filterCloudFront(getBucketPolicy(result))).toEqual([]);
  expect(filterCloudFront(result.one('AWS::KMS::Key').Properties.KeyPolicy)).toEqual([]);
});

describe('a key', () => {
  const decrypt = {
    Sid: 'AllowDelivery',
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: {
      ArnLike: {
        'aws:SourceArn': {
          'Fn::Join': [
            '', ['arn:', { Ref: 'AWS::Partition' }, ':cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/*'],
          ],
        },
      },
    },
  };

  test('of the service lets distributions of the account decrypt, without a circular dependency', () => {
    const result = synthesize(stack => ({ encryptionKey: makeKey(stack) }));
    expect(filterCloudFront(result.one('AWS::KMS::Key').Properties.KeyPolicy)).toEqual([decrypt]);
    expect(listWarnings(result.stack)).toEqual([]);
  });

  test("of the user's own bucket lets them decrypt, too", () => {
    const result = synthesize(
      stack => ({ bucket: makeBucket(stack, { encryption: s3.BucketEncryption.KMS, encryptionKey: makeKey(stack) }) }),
    );
    expect(filterCloudFront(result.one('AWS::KMS::Key').Properties.KeyPolicy)).toEqual([decrypt]);
  });

  test('that is imported gets a warning with the statement that its owner must add', () => {
    const { stack } = synthesize(
      own => ({ encryptionKey: kms.Key.fromKeyArn(own, 'Key', 'arn:aws:kms:eu-central-1:111122223333:key/k') }),
    );
    const [warning, ...others] = listWarnings(stack);
    expect(others).toEqual([]);
    expect(warning).toContain("'encryptionKey'");
    expect(parsePrintedList(warning)).toEqual([
      { ...decrypt, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::<account>:distribution/*' } } },
    ]);
  });
});

describe('a bucket whose policy this stack cannot change', () => {
  test('gets a warning if imported, with the statement that its owner must add and a placeholder', () => {
    const { stack } = synthesize(own => ({ bucket: s3.Bucket.fromBucketName(own, 'Imported', 'photos') }));
    const warning = listWarnings(stack).find(text => text.includes('CloudFront cannot read variants'))!;
    expect(parsePrintedList(warning)).toEqual([{
      Sid: 'AllowDelivery',
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::photos/variants/*',
      Condition: { StringEquals: { 'aws:SourceArn': '<distribution ARN>' } },
    }]);
  });

  test(
    'lets distributions of the account read if it is of another stack of this app, without a warning or a circular dependency',
    () => {
      const app = new App();
      const data = new Stack(app, 'Data');
      const stack = new Stack(app, 'Stack');
      new ImageService(stack, 'Images', { bucket: makeBucket(data) });
      expect([...listWarnings(stack), ...listWarnings(data)]).toEqual([]);
      const [policy] = Object.values(Template.fromStack(data).findResources('AWS::S3::BucketPolicy'));
      expect(filterCloudFront(policy.Properties.PolicyDocument as { Statement: object[] })).toEqual([
        expect.objectContaining({
          Action: 's3:GetObject',
          Resource: {
            'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringContaining('OwnBucket'), 'Arn'] }, '/variants/*']],
          },
          Condition: {
            ArnLike: {
              'aws:SourceArn': {
                'Fn::Join': [
                  '', ['arn:', { Ref: 'AWS::Partition' }, ':cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/*'],
                ],
              },
            },
          },
        }),
      ]);
      expect(data.dependencies).toEqual([]);
    },
  );

  test('gets no warning after an acknowledgement or without CloudFront', () => {
    const acknowledged = synthesize(
      own => ({ bucket: s3.Bucket.fromBucketName(own, 'Imported', 'photos') }), (_service, own) => {
        Warnings.of(own).acknowledgeWarning('cdk-image-service:imported-bucket-delivery');
      },
    );
    const presigned = synthesize(
      own => ({ bucket: s3.Bucket.fromBucketName(own, 'Imported', 'photos'), delivery: Delivery.presignedOnly() }),
    );
    for (const { stack } of [acknowledged, presigned]) {
      expect(listWarnings(stack).join()).not.toContain('AllowDelivery');
    }
  });
});
