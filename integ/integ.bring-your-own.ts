import { ExpectedResult, Match } from '@aws-cdk/integ-tests-alpha';
import { RemovalPolicy } from 'aws-cdk-lib';
import { ImageService, UploadRules } from '../src';
import { makeStack, testInAccount } from './account/case';
import { makeBucket, makeTable } from '../test/construct/combinations';

/**
 * The service did not make this bucket and table: it completes the bucket's configuration and uses the table as it is.
 */
const stack = makeStack('ImageServiceBringYourOwn');
const bucket = makeBucket(stack, { removalPolicy: RemovalPolicy.DESTROY });
const table = makeTable(stack, { removalPolicy: RemovalPolicy.DESTROY });
const origin = 'https://app.example.com';
const images = new ImageService(stack, 'Images', { bucket, table, uploads: UploadRules.of({ corsOrigins: [origin] }) });

const { assertions } = testInAccount(stack, images);

assertions
  .awsApiCall('S3', 'getBucketPolicy', { Bucket: bucket.bucketName })
  .expect(ExpectedResult.objectLike({
    Policy: Match.serializedJson(Match.objectLike({
      Statement: Match.arrayWith(
        ['DenyPlainHttp', 'DenyOldSignatures', 'DenyOverwrites'].map(Sid => Match.objectLike({ Sid, Effect: 'Deny' })),
      ),
    })),
  }));

assertions
  .awsApiCall('S3', 'getBucketCors', { Bucket: bucket.bucketName })
  .expect(ExpectedResult.objectLike({ CORSRules: [{ AllowedOrigins: [origin] }] }));

const lifecycle = assertions.awsApiCall('S3', 'getBucketLifecycleConfiguration', { Bucket: bucket.bucketName });
// The IAM action's name differs from the operation's name.
lifecycle.provider.addToRolePolicy({
  Effect: 'Allow',
  Action: ['s3:GetLifecycleConfiguration'],
  Resource: [bucket.bucketArn],
});
lifecycle.expect(ExpectedResult.objectLike({
  Rules: Match.arrayWith([
    Match.objectLike({ Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
  ]),
}));
