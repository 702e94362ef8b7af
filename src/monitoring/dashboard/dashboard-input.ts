import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from '../alarm-definition';
import type { MonitoredService } from '../monitored-service';

/** An alarm that the service has. */
export interface ActiveAlarm {
  readonly definition: AlarmDefinition;
  /** The default, or the user's. */
  readonly threshold: number;
  readonly alarm: cloudwatch.IAlarm;
}

/** Everything that the dashboard shows. */
export interface DashboardInput {
  readonly service: MonitoredService;
  /** Grows until synthesis. */
  readonly alarms: readonly ActiveAlarm[];
  readonly composite?: { readonly alarm: cloudwatch.IAlarm; readonly heading: string };
  readonly runbookUrl: string;
}

/** Rows of widgets. */
export type Section = readonly (readonly cloudwatch.IWidget[])[];
