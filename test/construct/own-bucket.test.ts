import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { makeBucket } from './combinations';
import { synthesize, testApp } from './synth';
import { ImageService } from '../../src';

function getCfnBucket(bucket: s3.IBucket): s3.CfnBucket {
  return bucket.node.defaultChild as s3.CfnBucket;
}

function allowEveryone(
  condition?: Record<string, unknown>, more: Partial<iam.PolicyStatementProps> = {},
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'Open',
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:GetObject'],
    resources: ['*'],
    conditions: condition,
    ...more,
  });
}

/** Synthesizes with a bucket that the test changes after creating the service. */
function withBucket(props: s3.BucketProps, change: (bucket: s3.Bucket, stack: Stack) => void = () => undefined) {
  return () => synthesize(
    stack => ({ bucket: makeBucket(stack, props) }), ({ bucket }, stack) => change(bucket as s3.Bucket, stack),
  );
}

describe('rejects a bucket of this app', () => {
  test.each<[string, s3.BucketProps, ((bucket: s3.Bucket, stack: Stack) => void)?]>([
    [
      'must block all public access, got: Stack/OwnBucket with BlockPublicAcls off; set',
      { blockPublicAccess: new s3.BlockPublicAccess({ ...s3.BlockPublicAccess.BLOCK_ALL, blockPublicAcls: false }) },
    ],
    // If one setting is given, absent ones are off.
    [
      'must block all public access, got: Stack/OwnBucket with BlockPublicPolicy, RestrictPublicBuckets off; set', {},
      bucket => {
        getCfnBucket(bucket).publicAccessBlockConfiguration = { blockPublicAcls: true, ignorePublicAcls: true };
      },
    ],
    ['must block all public access, got: Stack/OwnBucket with RestrictPublicBuckets off; set', {}, bucket => {
      getCfnBucket(bucket).addPropertyOverride('PublicAccessBlockConfiguration.RestrictPublicBuckets', false);
    }],
    [
      'must have no public ACL, got: Stack/OwnBucket with PublicRead; leave out', {},
      bucket => void (getCfnBucket(bucket).accessControl = 'PublicRead'),
    ],
    [
      'must have ACLs off, since an ACL can make an image public, got: Stack/OwnBucket with ObjectWriter; set',
      { objectOwnership: s3.ObjectOwnership.OBJECT_WRITER },
    ],
    [
      'must have no default retention of Object Lock: S3 would reject uploads without a checksum and keep deleted images, got: Stack/OwnBucket with {"Days":1,"Mode":"GOVERNANCE"}; leave out',
      { objectLockDefaultRetention: s3.ObjectLockRetention.governance(Duration.days(1)) },
    ],
    [
      'must have no policy that makes it public, got: Stack/OwnBucket with the statement Open for everyone; name', {},
      bucket => void bucket.addToResourcePolicy(allowEveryone()),
    ],
    ['must have no policy that makes it public, got: Stack/OwnBucket with the statement Open', {}, bucket => {
      bucket.addToResourcePolicy(allowEveryone({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }));
    }],
    ['must have no policy that makes it public, got: Stack/OwnBucket with the statement Open', {}, bucket => {
      bucket.addToResourcePolicy(allowEveryone({ IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '0.0.0.0/0'] } }));
    }],
    // Only fixed values limit a statement, and only ranges of /8 or /32 at most (Amazon S3 User Guide, "The meaning of
    // 'public'").
    ...[
      { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }, { IpAddress: { 'aws:SourceIp': '2000::/3' } },
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/reader' } },
      { StringLike: { 'aws:userid': 'AROAEXAMPLE:*' } },
      { StringEquals: { 'aws:SourceVpc': '${aws:SourceVpc}' } },
    ].map((condition): [string, s3.BucketProps, (bucket: s3.Bucket, stack: Stack) => void] => [
      'must have no policy that makes it public, got: Stack/OwnBucket with the statement Open', {},
      bucket => void bucket.addToResourcePolicy(allowEveryone(condition)),
    ]),
    ['must have no policy that makes it public, got: Stack/OwnBucket with the statement Open', {}, bucket => {
      bucket.addToResourcePolicy(allowEveryone({ StringEquals: { 'aws:Referer': 'https://app.example.com' } }));
    }],
    ['must have one policy, got: Stack/OwnBucket with another at Stack/Second; add', {}, (bucket, stack) => {
      new s3.CfnBucketPolicy(stack, 'Second', { bucket: bucket.bucketName, policyDocument: { Statement: [] } });
    }],
  ])('%s', (...[message, props, change]) => {
    expect(withBucket(props, change)).toThrow(`'bucket' ${message}`);
  });

  test('reports all reasons at once', () => {
    expect(withBucket(
      { objectOwnership: s3.ObjectOwnership.OBJECT_WRITER }, bucket => void bucket.addToResourcePolicy(allowEveryone()),
    )).toThrow(/ACLs off[^]*makes it public/);
  });
});

describe('accepts a bucket of this app', () => {
  test.each<[string, s3.BucketProps, ((bucket: s3.Bucket, stack: Stack) => void)?]>([
    ["with S3's own settings, which block public access and ACLs", { blockPublicAccess: undefined }],
    ['with a statement for the account', {}, bucket => void bucket.grantRead(new iam.AccountRootPrincipal())],
    [
      'with a statement for everyone of an organization', {},
      bucket => void bucket.addToResourcePolicy(allowEveryone({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })),
    ],
    [
      'with a statement for everyone in a network', {},
      bucket => void bucket.addToResourcePolicy(allowEveryone({ IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } })),
    ],
    [
      'with a statement for everyone in a private network', {},
      bucket => void bucket.addToResourcePolicy(allowEveryone({ IpAddress: { 'aws:SourceIp': '10.0.0.0/7' } })),
    ],
    ['with a statement for an account\'s access points', {}, bucket => {
      bucket.addToResourcePolicy(
        allowEveryone({ ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:eu-central-1:111122223333:accesspoint/*' } }),
      );
    }],
    ['with a statement for a role of the stack', {}, (bucket, stack) => {
      const { roleArn } = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
      bucket.addToResourcePolicy(allowEveryone({
        ArnEquals: { 'aws:PrincipalArn': [roleArn, `arn:${stack.partition}:iam::${stack.account}:role/reader`] },
      }));
    }],
    [
      'with a denial for everyone', {},
      bucket => void bucket.addToResourcePolicy(allowEveryone(undefined, { effect: iam.Effect.DENY })),
    ],
    [
      'with the policy of another bucket beside it', {},
      (_bucket, stack) => void new s3.Bucket(stack, 'Other', { enforceSSL: true }),
    ],
    ['with ACLs that its owner turns off later', { objectOwnership: s3.ObjectOwnership.OBJECT_WRITER }, bucket => {
      getCfnBucket(bucket).ownershipControls = { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] };
    }],
  ])('%s', (...[, props, change]) => {
    const { stack } = withBucket(props, change)();
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test.each<[string, s3.BucketProps]>([
    ['versioning', { versioned: true }], ['Object Lock, which turns versioning on', { objectLockEnabled: true }],
  ])('with a warning about %s', (_name, props) => {
    const { stack } = withBucket(props)();
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(
      ({ entry }) => `${entry.data}`,
    );
    expect(warnings).toEqual([expect.stringContaining(
      "'bucket' should have no versioning, got: Stack/OwnBucket with it; deleted and rejected images stay",
    )]);
  });

  test('gets a statement that denies plain HTTP', () => {
    withBucket({})().template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'DenyPlainHttp' })]) },
    });
  });
});

describe.each<[string, (stack: Stack, environment: { account?: string; region?: string }) => object, string]>([
  ['bucket', (stack, environment) => ({
    bucket: s3.Bucket.fromBucketAttributes(stack, 'Own', { bucketName: 'photos', ...environment }),
  }), 'Stack/Own'],
  ['bucket', (stack, environment) => ({ bucket: makeBucket(makeOtherStack(stack, environment)) }), 'Other/OwnBucket'],
  ['table', (stack, environment) => ({
    table: new dynamodb.Table(makeOtherStack(stack, environment), 'Own', {
      partitionKey: { name: 'image_id', type: dynamodb.AttributeType.STRING },
    }),
  }), 'Other/Own'],
])("'%s' %#", (option, props, path) => {
  const make = (environment: { account?: string; region?: string }) => () => {
    const stack = new Stack(testApp(), 'Stack', { env: { account: '111122223333', region: 'eu-central-1' } });
    return new ImageService(stack, 'Images', props(stack, environment));
  };

  test('is rejected in another account', () => {
    expect(make({ account: '444455556666', region: 'eu-central-1' }))
      .toThrow(
        `'${option}' must be in the account of the service, 111122223333, got: 444455556666 for ${path}; use one of that account, or leave out '${option}'`,
      );
  });

  // S3 answers AuthorizationHeaderMalformed to a signature for another region, and the functions call DynamoDB in their
  // own.
  test('is rejected in another region', () => {
    expect(make({ account: '111122223333', region: 'us-east-1' }))
      .toThrow(
        `'${option}' must be in the region of the service, eu-central-1, got: us-east-1 for ${path}; use one of that region, or leave out '${option}'`,
      );
  });

  test('is accepted in the same account and region', () => {
    expect(make({ account: '111122223333', region: 'eu-central-1' })).not.toThrow();
  });
});

function makeOtherStack(
  stack: Stack, { account = '111122223333', region = 'eu-central-1' }: { account?: string; region?: string },
): Stack {
  return new Stack(stack.node.root as App, 'Other', { env: { account, region } });
}

test('accepts values that are known at deployment only', () => {
  const stack = new Stack(new App(), 'Stack');
  new ImageService(stack, 'Images', {
    bucket: s3.Bucket.fromBucketAttributes(stack, 'Own', {
      bucketName: 'photos',
      account: '111122223333',
      region: 'eu-central-1',
    }),
  });
  expect(() => Template.fromStack(stack)).not.toThrow();
});
