import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { addUploadRule, hasEventBridgeEnabled } from './event-bridge';
import type { IUploadTarget } from './interfaces';
import { warnOfEvents } from './owner-warnings';
import { buildQueueConfiguration } from '../contract';
import { findCfnResource } from '../private/owned';

/**
 * On the bucket that was made here, by the bucket's own properties: no function is put into the account for it, and every emulator knows
 * them. S3 tries the queue when it makes the bucket, which therefore waits for the policy of the queue.
 */
export function notifyFromMade(bucket: s3.Bucket, { queueArn, policy, toEventBus }: IUploadTarget): void {
  const resource = findCfnResource(bucket) as s3.CfnBucket;
  const { QueueArn: queue, Events: [event], Filter: { Key: { FilterRules: [{ Name: name, Value: value }] } } } = buildQueueConfiguration(queueArn);
  resource.notificationConfiguration = {
    queueConfigurations: [{ queue, event, filter: { s3Key: { rules: [{ name, value }] } } }],
    ...(toEventBus && { eventBridgeConfiguration: { eventBridgeEnabled: true } }),
  };
  resource.node.addDependency(policy);
  bucket.node.addValidation({ validate: () => validateNotifications(bucket) });
}

/** CDK's own way writes the whole configuration of a bucket that is made in the app, and so ours away. */
function validateNotifications(bucket: s3.Bucket): string[] {
  const others = bucket.node.tryFindChild('Notifications')?.node.children ?? [];
  return others.length === 0 ? [] : [
    `'bucket' of an image service cannot be given notifications of its own, got: some on ${bucket.node.path}, which would stop the processing of uploads; `
    + "bring a bucket of your own as 'bucket', which can have others",
  ];
}

/**
 * S3 validates a bucket's notifications as a whole: one that overlaps with ours, or whose destination is gone, would fail the deployment. So
 * nothing is written to a bucket that was brought: a rule of EventBridge listens, and the owner of the bucket lets it send.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export function notifyFromBrought(scope: Construct, bucket: s3.IBucket, target: IUploadTarget): void {
  addUploadRule(scope, bucket, target);
  if (!findCfnResource(bucket)) return warnOfEvents(scope, bucket);
  scope.node.addValidation({ validate: () => (hasEventBridgeEnabled(bucket) ? [] : [describeMissingEvents(bucket)]) });
}

function describeMissingEvents({ node }: s3.IBucket): string {
  return "'bucket' must send its events to EventBridge, which tells the workers of uploads, "
    + `got: ${node.path} without it; set 'eventBridgeEnabled: true' where the bucket is made`;
}
