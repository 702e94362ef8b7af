import {
  CloudWatchLogsClient, DescribeLogGroupsCommand, DescribeMetricFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

/** LocalStack returns an internal error if a function writes its first line at this moment. */
const client = new CloudWatchLogsClient({ ...buildClientOptions(readDeployment()), maxAttempts: 10 });

export async function logGroup({ id, written }: Resource) {
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
  const found = logGroups.find(({ logGroupName }) => logGroupName === id);
  if (!found) throw new Error(`there is no log group ${id}`);
  // Without a name in the template, CloudFormation makes a name.
  return { LogGroupName: written.LogGroupName && found.logGroupName, RetentionInDays: found.retentionInDays };
}

/** Empty if there is none: `ignored.ts` has the emulator that ignores metric filters. */
export async function metricFilter({ written: { LogGroupName, MetricTransformations } }: Resource) {
  const { metricFilters = [] } = await client.send(new DescribeMetricFiltersCommand({ logGroupName: LogGroupName }));
  const found = metricFilters.find(({ metricTransformations = [] }) => (
    metricTransformations[0]?.metricName === MetricTransformations[0].MetricName
  ));
  if (!found) return {};
  return {
    FilterPattern: found.filterPattern,
    LogGroupName: found.logGroupName ?? LogGroupName,
    MetricTransformations: found.metricTransformations?.map(
      ({ metricName, metricNamespace, metricValue, dimensions }) => ({
        MetricName: metricName,
        MetricNamespace: metricNamespace,
        MetricValue: metricValue,
        Dimensions: dimensions && Object.entries(dimensions).map(([Key, Value]) => ({ Key, Value })),
      }),
    ),
  };
}
