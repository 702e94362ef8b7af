import * as events from 'aws-cdk-lib/aws-events';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { IUploadTarget } from './interfaces';
import { PREFIXES } from '../contract';
import { suppress } from '../private/nag';
import { findCfnResource, renderProperties } from '../private/owned';

/**
 * Sends each new original of a bucket to the queue. All reasons count (PutObject, POST Object, CopyObject,
 * CompleteMultipartUpload), as with `s3:ObjectCreated:*`: the service deletes objects without a record.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function addUploadRule(
  scope: Construct, { bucketName }: s3.IBucket, { queueArn, policy, allowRules }: IUploadTarget,
): void {
  const rule = new events.Rule(scope, 'Uploads', {
    description: 'Image service: sends events of new originals to the queue of uploads',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix: PREFIXES.ORIGINALS }] } },
    },
  });
  allowRules();
  rule.addTarget({ bind: () => ({ arn: queueArn }) });
  rule.node.addDependency(policy);
  suppress(rule.node.defaultChild!, {
    rules: ['Serverless-EventBusDLQ'],
    reason: 'A lost event only delays the image: the sweeper finds uploads without a confirmation.',
  });
}

/** Whether a bucket of this app sends its events to EventBridge, by its own properties or by CDK's custom resource. */
export function hasEventBridgeEnabled(bucket: s3.IBucket): boolean {
  const resources = [findCfnResource(bucket), bucket.node.tryFindChild('Notifications')?.node.tryFindChild('Resource')];
  return resources.some(resource => {
    const configuration = resource
      && renderProperties(resource as s3.CfnBucket).NotificationConfiguration?.EventBridgeConfiguration;
    return configuration !== undefined && configuration.EventBridgeEnabled !== false;
  });
}

/**
 * Builds a shell command for the owner. S3 replaces the whole configuration, so the command reads it first, and writes
 * nothing if that fails. It uses node, which every machine with CDK has.
 */
export function buildEventBridgeCommand(bucketName: string): string {
  const file = 'notification.json';
  return [
    `aws s3api get-bucket-notification-configuration --bucket ${bucketName} --output json > ${file} &&`,
    `node -e 'const old = JSON.parse(fs.readFileSync("${file}", "utf8").trim() || "{}"); `
    + `fs.writeFileSync("${file}", JSON.stringify({ ...old, EventBridgeConfiguration: {} }, null, 2))' &&`,
    `aws s3api put-bucket-notification-configuration --bucket ${bucketName} --notification-configuration file://${file}`,
  ].join('\n');
}
