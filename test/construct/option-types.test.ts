import { App, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Compute, Delivery, ImageService, Processing, Scanner, Signing, UploadRules } from '../../src';

describe('an option of another type', () => {
  test.each([
    ['limits', { rate: 0, burst: -3 }, "'limits' must be made by a factory of Limits, got: a plain object"],
    ['uploads', { maxSize: 5 }, "'uploads' must be made by a factory of UploadRules, got: a plain object"],
    ['access', 'iam', "'access' must be made by a factory of ApiAccess, got: \"iam\""],
    ['compute', 7, "'compute' must be made by a factory of Compute, got: 7"],
    ['retention', {}, "'retention' must be made by a factory of Retention, got: a plain object"],
  ])('is rejected as %s: %j', (option, value, message) => {
    expect(() => new ImageService(new Stack(new App(), 'Stack'), 'Images', { [option]: value } as never)).toThrow(
      message,
    );
  });
});

describe('a name or ARN instead of a construct', () => {
  test.each([
    [
      'bucket', 'photos',
      "'bucket' must be a construct of type s3.IBucket, got: \"photos\"; write it like s3.Bucket.fromBucketName(",
    ],
    [
      'bucket', { bucketName: 'photos' },
      "'bucket' must be a construct of type s3.IBucket, got: a plain object; write it like s3.Bucket.fromBucketName(",
    ],
    [
      'table', 'photos',
      "'table' must be a construct of type dynamodb.ITable, got: \"photos\"; write it like dynamodb.Table.fromTableName(",
    ],
    [
      'encryptionKey', 'alias/photos',
      "'encryptionKey' must be a construct of type kms.IKey, got: \"alias/photos\"; write it like kms.Key.fromKeyArn(",
    ],
    ['cloudWatchRole', 'false', "'cloudWatchRole' must be true or false, got: \"false\";"],
  ])('is rejected as %s: %j', (option, value, message) => {
    expect(() => new ImageService(new Stack(new App(), 'Stack'), 'Images', { [option]: value } as never)).toThrow(
      `Stack/Images: ${message}`,
    );
  });

  const secret = secretsmanager.Secret.fromSecretNameV2(new Stack(new App(), 'Stack'), 'Secret', 'signing');

  test.each<[string, () => unknown]>([
    [
      "'delivery.certificate' must be a construct of type acm.ICertificate, got: \"arn\";",
      () => Delivery.cloudFront({ domainNames: ['a.example.com'], certificate: 'arn' as never }),
    ],
    [
      "'delivery.logBucket' must be a construct of type s3.IBucket, got: \"logs\";",
      () => Delivery.cloudFront({ logBucket: 'logs' as never }),
    ],
    [
      "'delivery.domainNames' must be a list, got: \"a.example.com\"; write it like ['images.example.com']",
      () => Delivery.cloudFront({ domainNames: 'a.example.com' as never }),
    ],
    [
      "'delivery.signing.secret' must be a construct of type secretsmanager.ISecret, got: \"signing\";",
      () => Signing.fromSecret('signing' as never, 'group' as never),
    ],
    [
      "'delivery.signing.keyGroup' must be a construct of type cloudfront.IKeyGroup, got: \"group\";",
      () => Signing.fromSecret(secret, 'group' as never),
    ],
    [
      "'processing.scanner.definitionsBucket' must be a construct of type s3.IBucket, got: \"definitions\";",
      () => Processing.queue({ scanner: Scanner.clamAv({ definitionsBucket: 'definitions' as never }) }),
    ],
    [
      "'uploads.acceleration' must be true or false, got: \"false\";",
      () => UploadRules.of({ acceleration: 'false' as never }),
    ],
    [
      "'compute.architecture' must be ARM_64 or X86_64, got: \"arm64\";",
      () => Compute.zip({ architecture: 'arm64' as never }),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });
});
