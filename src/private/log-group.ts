import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { LogSettings } from './log-settings';
import { suppress } from './nag';

/** Makes a log group with the settings of the service. */
export function makeLogGroup(
  scope: Construct, id: string, { retention, removalPolicy }: LogSettings, logGroupName?: string,
): logs.LogGroup {
  const logGroup = new logs.LogGroup(scope, id, {
    logGroupName,
    retention,
    removalPolicy,
  });
  suppress(logGroup, {
    rules: ['CKV_AWS_158'],
    reason: 'CloudWatch Logs encrypts every group with a key of its own; a customer key would cost by the month for logs that hold no image and no credential.',
  });
  return logGroup;
}
