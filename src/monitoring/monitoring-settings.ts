import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { AlarmOptions } from './alarm-options';

/** Options of `Monitoring.of()` with their defaults. */
export interface MonitoringSettings {
  readonly alarmTopic?: sns.ITopic;
  readonly alarmActions: readonly cloudwatch.IAlarmAction[];
  readonly alarms: Readonly<Record<string, AlarmOptions>>;
  readonly composite: boolean;
  readonly dashboard: boolean;
  readonly savedQueries: boolean;
  /** Undefined: unless the bucket is the user's own. */
  readonly storageMetrics?: boolean;
  readonly runbookUrl: string;
}
