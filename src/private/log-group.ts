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
    reason: 'CloudWatch Logs encrypts log groups by default. A customer managed key has a monthly cost, and the logs contain no images or credentials.',
  });
  return logGroup;
}
