import { ExpectedResult } from '@aws-cdk/integ-tests-alpha';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ImageService, Retention } from '../src';
import { makeStack, testInAccount } from './account/case';

/** Bucket and table encrypted with a key of the account; the functions may use it only through S3 and DynamoDB. */
const stack = makeStack('ImageServiceCustomerKey');
const key = new kms.Key(stack, 'Key', {
  enableKeyRotation: true,
  removalPolicy: RemovalPolicy.DESTROY,
  pendingWindow: Duration.days(7),
});
const images = new ImageService(stack, 'Images', {
  encryptionKey: key,
  retention: Retention.of({ removalPolicy: RemovalPolicy.DESTROY }),
});

const { assertions } = testInAccount(stack, images);

const encryption = assertions.awsApiCall('S3', 'getBucketEncryption', { Bucket: images.bucket.bucketName });
// The IAM action's name differs from the operation's name.
encryption.provider.addToRolePolicy({
  Effect: 'Allow',
  Action: ['s3:GetEncryptionConfiguration'],
  Resource: [images.bucket.bucketArn],
});
encryption.expect(ExpectedResult.objectLike({
  ServerSideEncryptionConfiguration: {
    Rules: [{
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.keyArn },
      BucketKeyEnabled: true,
    }],
  },
}));

assertions
  .awsApiCall('DynamoDB', 'describeTable', { TableName: images.table.tableName })
  // Not `exact`: this version of integ-tests writes exact assertions but does not read them.
  .assertAtPath('Table.SSEDescription.KMSMasterKeyArn', ExpectedResult.stringLikeRegexp(`^${key.keyArn}$`));
