import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { addUploadRule, hasEventBridgeEnabled } from './event-bridge';
import type { IUploadTarget } from './interfaces';
import { warnOfEvents } from './owner-warnings';
import { buildQueueConfiguration } from '../contract';
import { findCfnResource } from '../private/owned';

/**
 * Sets the notifications of the service's bucket by the bucket's own properties. This adds no custom resource to the
 * account, and every emulator supports it. S3 tests the queue when it makes the bucket, so the bucket depends on the
 * policy of the queue.
 */
export function notifyFromServiceBucket(bucket: s3.Bucket, { queueArn, policy, toEventBus }: IUploadTarget): void {
  const resource = findCfnResource(bucket) as s3.CfnBucket;
  const { QueueArn: queue, Events: [event], Filter: { Key: { FilterRules: [{ Name: name, Value: value }] } } } =
    buildQueueConfiguration(queueArn);
  resource.notificationConfiguration = {
    queueConfigurations: [{ queue, event, filter: { s3Key: { rules: [{ name, value }] } } }],
    ...(toEventBus && { eventBridgeConfiguration: { eventBridgeEnabled: true } }),
  };
  resource.node.addDependency(policy);
  bucket.node.addValidation({ validate: () => validateNotifications(bucket) });
}

/** CDK's `addEventNotification` writes the whole configuration and would overwrite the service's. */
function validateNotifications(bucket: s3.Bucket): string[] {
  const others = bucket.node.tryFindChild('Notifications')?.node.children ?? [];
  return others.length === 0 ? [] : [
    `'bucket' of an image service cannot have other notifications, got: notifications on ${bucket.node.path}, which would stop the processing of uploads; `
    + "to add notifications, pass your own bucket as 'bucket'",
  ];
}

/**
 * Receives events of the user's own bucket by an EventBridge rule, and writes nothing to the bucket. S3 validates all
 * notifications of a bucket together: an overlapping one, or one without a destination, would fail the deployment.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export function notifyFromOwnBucket(scope: Construct, bucket: s3.IBucket, target: IUploadTarget): void {
  addUploadRule(scope, bucket, target);
  if (!findCfnResource(bucket)) return warnOfEvents(scope, bucket);
  scope.node.addValidation({ validate: () => (hasEventBridgeEnabled(bucket) ? [] : [describeMissingEvents(bucket)]) });
}

function describeMissingEvents({ node }: s3.IBucket): string {
  return "'bucket' must send its events to EventBridge, which forwards uploads to the queue, "
    + `got: ${node.path} without it; set 'eventBridgeEnabled: true' where the bucket is made`;
}
