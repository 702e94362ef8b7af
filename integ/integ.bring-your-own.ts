import { ExpectedResult, Match } from '@aws-cdk/integ-tests-alpha';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ImageService, UploadRules } from '../src';
import { makeStack, testInAccount } from './account/case';

/** A bucket and a table that the service did not make: it completes the one and uses the other as it is. */
const stack = makeStack('ImageServiceBringYourOwn');
const bucket = new s3.Bucket(stack, 'Bucket', {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  removalPolicy: RemovalPolicy.DESTROY,
});
const table = new dynamodb.Table(stack, 'Table', {
  partitionKey: { name: 'image_id', type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  timeToLiveAttribute: 'expires_at',
  removalPolicy: RemovalPolicy.DESTROY,
});
table.addGlobalSecondaryIndex({
  indexName: 'by_user',
  partitionKey: { name: 'user_id', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'created_at', type: dynamodb.AttributeType.STRING },
});
table.addGlobalSecondaryIndex({
  indexName: 'by_due',
  partitionKey: { name: 'sweep', type: dynamodb.AttributeType.NUMBER },
  sortKey: { name: 'due_at', type: dynamodb.AttributeType.NUMBER },
  projectionType: dynamodb.ProjectionType.KEYS_ONLY,
});
const origin = 'https://app.example.com';
const images = new ImageService(stack, 'Images', { bucket, table, uploads: UploadRules.of({ corsOrigins: [origin] }) });

const { assertions } = testInAccount(stack, images);

assertions
  .awsApiCall('S3', 'getBucketPolicy', { Bucket: bucket.bucketName })
  .expect(ExpectedResult.objectLike({
    Policy: Match.serializedJson(Match.objectLike({
      Statement: Match.arrayWith(['DenyPlainHttp', 'DenyOldSignatures', 'DenyOverwrites'].map(Sid => Match.objectLike({ Sid, Effect: 'Deny' }))),
    })),
  }));

assertions
  .awsApiCall('S3', 'getBucketCors', { Bucket: bucket.bucketName })
  .expect(ExpectedResult.objectLike({ CORSRules: [{ AllowedOrigins: [origin] }] }));

const lifecycle = assertions.awsApiCall('S3', 'getBucketLifecycleConfiguration', { Bucket: bucket.bucketName });
// The action is not called what the operation is.
lifecycle.provider.addToRolePolicy({ Effect: 'Allow', Action: ['s3:GetLifecycleConfiguration'], Resource: [bucket.bucketArn] });
lifecycle.expect(ExpectedResult.objectLike({
  Rules: Match.arrayWith([Match.objectLike({ Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })]),
}));
