import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { makeKey } from './combinations';
import { synthesize, type PropsFor } from './synth';
import { Delivery, Retention, UploadRules } from '../../src';

function getBucket(props?: PropsFor) {
  return synthesize(props).one('AWS::S3::Bucket');
}

function listDenials(props?: PropsFor): Record<string, any>[] {
  return synthesize(props).one('AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement;
}

const POLICIES: [RemovalPolicy | undefined, string][] = [
  [undefined, 'RetainExceptOnCreate'],
  [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  [RemovalPolicy.RETAIN, 'Retain'],
  [RemovalPolicy.DESTROY, 'Delete'],
];

describe('the bucket', () => {
  // RetainExceptOnCreate: a failed first deployment leaves no orphaned bucket (AWS CloudFormation User Guide,
  // "DeletionPolicy attribute").
  test.each(POLICIES)('has with %s the DeletionPolicy %s, as its policy has', (removalPolicy, deletionPolicy) => {
    const retention = removalPolicy && Retention.of({ removalPolicy });
    const { one } = synthesize({ retention });
    const expected = {
      DeletionPolicy: deletionPolicy,
      UpdateReplacePolicy: deletionPolicy === 'Delete' ? 'Delete' : 'Retain',
    };
    expect(one('AWS::S3::Bucket')).toMatchObject(expected);
    expect(one('AWS::S3::BucketPolicy')).toMatchObject(expected);
  });

  test('is encrypted with encryptionKey, with a bucket key', () => {
    const [rule] = getBucket(
      stack => ({ encryptionKey: makeKey(stack) }),
    ).Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(rule).toMatchObject({
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: expect.anything() },
    });
  });

  test('aborts incomplete multipart uploads', () => {
    expect(getBucket().Properties.LifecycleConfiguration.Rules).toContainEqual({
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      Status: 'Enabled',
    });
  });

  test('archives originals to the class with instant retrieval', () => {
    const { Rules } = getBucket({
      retention: Retention.of({ archiveAfter: Duration.days(90) }),
    }).Properties.LifecycleConfiguration;
    expect(Rules).toContainEqual(expect.objectContaining({
      Prefix: 'originals/',
      Status: 'Enabled',
      Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
    }));
  });

  test('has CORS rules only if origins are given', () => {
    expect(getBucket().Properties.CorsConfiguration).toBeUndefined();
    const uploads = UploadRules.of({ corsOrigins: ['https://a.example.com', 'https://b.example.com'] });
    const [rule] = getBucket({ uploads }).Properties.CorsConfiguration.CorsRules;
    expect(rule.AllowedOrigins).toEqual(['https://a.example.com', 'https://b.example.com']);
    expect(rule.AllowedMethods.sort()).toEqual(['GET', 'HEAD', 'PUT']);
    expect(rule.AllowedHeaders).toEqual(
      expect.arrayContaining(['content-type', 'if-none-match', 'x-amz-checksum-sha256']),
    );
    expect(rule.ExposedHeaders).toContain('ETag');
  });

  test('is accelerated with acceleration', () => {
    expect(getBucket().Properties.AccelerateConfiguration).toBeUndefined();
    expect(getBucket({ uploads: UploadRules.of({ acceleration: true }) }).Properties.AccelerateConfiguration).toEqual({
      AccelerationStatus: 'Enabled',
    });
  });
});

describe('the bucket policy', () => {
  const bucketArn = { 'Fn::GetAtt': [expect.stringContaining('Bucket'), 'Arn'] };
  const originals = { 'Fn::Join': ['', [bucketArn, '/originals/*']] };
  const variants = { 'Fn::Join': ['', [bucketArn, '/variants/*']] };

  test('denies everyone plain HTTP', () => {
    expect(listDenials()).toContainEqual(expect.objectContaining({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      Resource: [bucketArn, { 'Fn::Join': ['', [bucketArn, '/*']] }],
    }));
  });

  test.each([[undefined, '300000'], [Duration.minutes(15), '900000']])(
    'denies everyone signatures older than %s', (urlTtl, millis) => {
      expect(listDenials({ uploads: UploadRules.of({ urlTtl }) })).toContainEqual(expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Resource: [originals, variants],
        Condition: { NumericGreaterThan: { 's3:signatureAge': millis } },
      }));
    },
  );

  test('denies overwrites of originals', () => {
    expect(listDenials()).toContainEqual(expect.objectContaining({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      Resource: originals,
      Condition: { Null: { 's3:if-none-match': 'true' } },
    }));
  });

  test('allows access to CloudFront only', () => {
    expect(listDenials({ delivery: Delivery.presignedOnly() }).map(({ Effect }) => Effect)).toEqual([
      'Deny', 'Deny', 'Deny',
    ]);
    expect(listDenials().map(({ Effect }) => Effect)).toEqual(['Deny', 'Deny', 'Deny', 'Allow']);
  });
});

describe('the table', () => {
  test('has the keys of the contract and both indexes', () => {
    synthesize().template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'image_id', KeyType: 'HASH' }],
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: 'created_at', AttributeType: 'S' },
        { AttributeName: 'sweep', AttributeType: 'N' },
        { AttributeName: 'due_at', AttributeType: 'N' },
      ]),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by_user',
          KeySchema: [{ AttributeName: 'user_id', KeyType: 'HASH' }, { AttributeName: 'created_at', KeyType: 'RANGE' }],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: 'by_due',
          KeySchema: [{ AttributeName: 'sweep', KeyType: 'HASH' }, { AttributeName: 'due_at', KeyType: 'RANGE' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  test('is on-demand, with point-in-time recovery and time to live', () => {
    synthesize().template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
  });

  // CloudFormation cannot delete a protected table. So only a policy that never deletes it may protect it; others would
  // end in ROLLBACK_FAILED.
  test.each(POLICIES)(
    'has with %s the DeletionPolicy %s, and deletion protection with RETAIN only', (removalPolicy, deletionPolicy) => {
      const retention = removalPolicy && Retention.of({ removalPolicy });
      expect(synthesize({ retention }).one('AWS::DynamoDB::Table')).toMatchObject({
        DeletionPolicy: deletionPolicy, Properties: { DeletionProtectionEnabled: deletionPolicy === 'Retain' },
      });
    },
  );

  test('is encrypted with encryptionKey', () => {
    const { SSESpecification } = synthesize(stack => ({ encryptionKey: makeKey(stack) })).one(
      'AWS::DynamoDB::Table',
    ).Properties;
    expect(SSESpecification).toMatchObject({ SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: expect.anything() });
  });
});
