import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { testApp } from './synth';
import { Delivery, ImageService, Processing, Scanner, type ImageServiceProps } from '../../src';

function prepareService(region?: string, props?: ImageServiceProps): () => ImageService {
  return () => new ImageService(new Stack(testApp(), 'Stack', { env: { region } }), 'Images', props);
}

// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
const NO_FUNCTION_URLS = [
  'ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ap-east-2', 'ca-west-1',
  'eu-south-2', 'eu-central-2', 'il-central-1', 'me-central-1',
];

describe('delivery by CloudFront', () => {
  test.each(NO_FUNCTION_URLS)('is rejected in %s, which has no function URLs', region => {
    const message = `'delivery' needs Lambda function URLs, which ${region} does not have, got: Delivery.cloudFront(); use Delivery.presignedOnly(), or another region`;
    expect(prepareService(region)).toThrow(message);
    expect(prepareService(region, { delivery: Delivery.presignedOnly() })).not.toThrow();
  });

  // GovCloud has no CloudFront. China's takes no ACM certificates and has no default domain
  // (https://docs.amazonaws.cn/en_us/aws/latest/userguide/cloudfront.html).
  test.each([
    'us-gov-west-1', 'us-gov-east-1', 'us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'cn-north-1',
    'cn-northwest-1',
  ])('is rejected in %s', region => {
    expect(prepareService(region)).toThrow(
      `'delivery' needs Amazon CloudFront as the service uses it, which ${region} does not have, got: Delivery.cloudFront(); use Delivery.presignedOnly()`,
    );
    expect(prepareService(region, { processing: Processing.none() })).not.toThrow();
  });

  test.each(['us-east-1', 'eu-central-1', 'ap-southeast-1', 'mx-central-1', 'af-south-1', undefined])(
    'is made in %s', region => {
      expect(prepareService(region)).not.toThrow();
    },
  );
});

describe('a bucket of access logs', () => {
  const prepareLogBucket = (region?: string) => () => {
    const stack = new Stack(new App(), 'Logs', { env: { region } });
    return Delivery.cloudFront({
      logBucket: new s3.Bucket(stack, 'Bucket', { objectOwnership: s3.ObjectOwnership.OBJECT_WRITER }),
    });
  };

  test.each(['af-south-1', 'ap-east-1', 'eu-south-1', 'me-south-1'])(
    'is rejected in %s, where CloudFront writes no logs', region => {
      expect(prepareLogBucket(region)).toThrow(
        /logBucket' must be in a region where CloudFront can write logs, got: Logs\/Bucket in .*; create it in another region, such as us-east-1/,
      );
    },
  );

  test.each(['us-east-1', 'eu-west-1', undefined])('is accepted in %s', region => {
    expect(prepareLogBucket(region)).not.toThrow();
  });

  test('is rejected in such a region even if it is imported', () => {
    const stack = new Stack(new App(), 'Stack');
    const logBucket = s3.Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'logs', region: 'me-south-1' });
    expect(() => Delivery.cloudFront({ logBucket })).toThrow('must be in a region where CloudFront can write logs');
  });
});

test('by default no function needs more memory than a new account allows', () => {
  // 3,008 MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
  const stack = new Stack(testApp(), 'Stack');
  new ImageService(stack, 'Images', { processing: Processing.queue({ scanner: Scanner.clamAv() }) });
  const sizes = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map(
    ({ Properties }) => Number(Properties.MemorySize ?? 128),
  );
  expect(sizes.length).toBeGreaterThan(8);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(3008);
});

test('rejects a key of another region, because S3 and DynamoDB need keys of their region', () => {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/1');
  expect(() => new ImageService(stack, 'Images', { encryptionKey }))
    .toThrow(
      "Stack/Images: 'encryptionKey' must be in the region of the service, eu-west-1, got: us-east-1 for Stack/Key;",
    );
});
