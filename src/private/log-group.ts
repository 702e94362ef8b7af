import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { suppress } from './nag';

/** Makes a log group that keeps logs for a month and is deleted with the stack. */
export function makeLogGroup(scope: Construct, id: string, logGroupName?: string): logs.LogGroup {
  const logGroup = new logs.LogGroup(scope, id, {
    logGroupName,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  suppress(logGroup, {
    rules: ['CKV_AWS_158'],
    reason: 'CloudWatch Logs encrypts log groups by default. A customer managed key has a monthly cost, and the logs contain no images or credentials.',
  });
  return logGroup;
}
