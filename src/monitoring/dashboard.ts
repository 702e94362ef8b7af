import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { buildCost } from './dashboard/cost';
import type { DashboardInput } from './dashboard/dashboard-input';
import { buildHealth } from './dashboard/health';
import { LateSection } from './dashboard/late-section';
import { ServiceMetrics } from './dashboard/metrics';
import { buildPipeline } from './dashboard/pipeline';
import { buildUsers } from './dashboard/users';

/** Makes the dashboard of a service: its health, its users, its pipeline and its cost, in this order. */
export function makeDashboard(scope: Construct, input: DashboardInput): cloudwatch.Dashboard {
  const metrics = new ServiceMetrics(input.service);
  const sections = [
    [[new LateSection(() => buildHealth(input))]], buildUsers(input, metrics), buildPipeline(input, metrics),
    buildCost(input, metrics),
  ];
  return new cloudwatch.Dashboard(scope, 'Dashboard', {
    dashboardName: buildDashboardName(scope, input.service.serviceName),
    defaultInterval: Duration.hours(24),
    // A longer period would add up more in a point than the thresholds of alarms, which are lines in the graphs.
    periodOverride: cloudwatch.PeriodOverride.INHERIT,
    widgets: sections.flat().map(row => [...row]),
  });
}

/**
 * An account has one list of dashboards for all Regions, unlike alarms. At most 255 letters, digits, hyphens and
 * underscores.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 */
function buildDashboardName(scope: Construct, serviceName: string): string {
  return `${serviceName}-${Stack.of(scope).region}`;
}
