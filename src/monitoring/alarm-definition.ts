import type { Duration } from 'aws-cdk-lib';

/** The parts of the service whose metrics an alarm watches. */
export type AlarmArea =
  'API Gateway' | 'CloudFront' | 'DynamoDB' | 'Lambda' | 'S3' | 'SQS' | 'The service' | 'Composite';

/** One row of the table of alarms. The alarm is in ALARM while the statistic is at or above the threshold. */
export interface AlarmDefinition {
  /** Name within the service, such as `ApiErrors`. Options and logical ids use it. */
  readonly name: string;
  readonly area: AlarmArea;
  readonly metric: MetricDefinition;
  readonly threshold: number;
  /**
   * Consecutive periods that must all be at or above the threshold. A period without data counts as fine, so a metric
   * that comes less often than its period needs one long period.
   */
  readonly periods: number;
  /** The absence of data is an error too. Most metrics have no data while nothing goes wrong. */
  readonly needsData?: boolean;
  /** `urgent`: users are affected now. `soon`: look within a working day. */
  readonly severity: 'urgent' | 'soon';
  /** Heading of the runbook, `docs/runbook.md`. */
  readonly heading: string;
  /** The sentence before the link to the runbook. */
  readonly description: string;
  /** Part of the composite alarm, since users notice it. */
  readonly isUserFacing?: boolean;
}

export interface MetricDefinition {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, string>;
  readonly statistic: string;
  readonly period: Duration;
}
