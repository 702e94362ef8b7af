import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { IUploadTarget } from './api';
import { PREFIXES, queueConfiguration } from '../contract';
import { suppress } from '../private/nag';
import { cfnResourceOf } from '../private/owned';

/**
 * On the bucket that was made here, by the bucket's own properties: no function is put into the account for it, and every emulator knows
 * them. S3 tries the queue when it makes the bucket, which therefore waits for the policy of the queue.
 */
export function notifyFromMade(bucket: s3.Bucket, { queueArn, policy, toEventBus }: IUploadTarget): void {
  const resource = cfnResourceOf(bucket) as s3.CfnBucket;
  const { QueueArn: queue, Events: [event], Filter: { Key: { FilterRules: [{ Name: name, Value: value }] } } } = queueConfiguration(queueArn);
  resource.notificationConfiguration = {
    queueConfigurations: [{ queue, event, filter: { s3Key: { rules: [{ name, value }] } } }],
    ...(toEventBus && { eventBridgeConfiguration: { eventBridgeEnabled: true } }),
  };
  resource.node.addDependency(policy);
  bucket.node.addValidation({ validate: () => othersOf(bucket) });
}

/** CDK's own way writes the whole configuration of a bucket that is made in the app, and so ours away. */
function othersOf(bucket: s3.Bucket): string[] {
  const others = bucket.node.tryFindChild('Notifications')?.node.children ?? [];
  return others.length === 0 ? [] : [
    `'bucket' of an image service cannot be given notifications of its own, got: some on ${bucket.node.path}, which would stop the processing of uploads; `
    + 'bring a bucket of your own, which can have others',
  ];
}

/**
 * On a bucket that was brought, by CDK's function, which adds to what the bucket has. A bucket of another stack counts as imported: that stack
 * would otherwise need this one's queue, and this one its bucket.
 */
export function notifyFromBrought(scope: Construct, brought: s3.IBucket, { queueArn, policy, toEventBus }: IUploadTarget): void {
  const isOurs = cfnResourceOf(brought) !== undefined && Stack.of(brought) === Stack.of(scope);
  const bucket = isOurs ? brought : s3.Bucket.fromBucketName(scope, 'Notified', brought.bucketName);
  const destination: s3.IBucketNotificationDestination = {
    bind: () => ({ arn: queueArn, type: s3.BucketNotificationDestinationType.QUEUE, dependencies: [policy] }),
  };
  bucket.addEventNotification(s3.EventType.OBJECT_CREATED, destination, { prefix: PREFIXES.ORIGINALS });
  if (toEventBus) bucket.enableEventBridgeNotification();
  excuseHandler(scope);
}

/** CDK's function is one for all buckets of the stack. */
function excuseHandler(scope: Construct): void {
  const handler = Stack.of(scope).node.tryFindChild('BucketNotificationsHandler050a0587b7544547bf325f094a3db834');
  if (!handler) return;
  suppress(handler, {
    rules: [
      'AwsSolutions-IAM4', 'AwsSolutions-IAM5', 'AwsSolutions-L1', 'Serverless-LambdaDLQ', 'Serverless-LambdaTracing', 'Serverless-LambdaAsyncFailureDestination',
      'CKV_AWS_115', 'CKV_AWS_116', 'CKV_AWS_117', 'CKV_AWS_111', 'W3005',
    ],
    reason: 'CDK makes this function, runs it when the stack is deployed only, and gives no way to say otherwise.',
  });
}
