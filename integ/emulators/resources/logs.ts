import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Resource } from './inspector';
import { clientOptions, deployed } from '../deployment';

const client = new CloudWatchLogsClient(clientOptions(deployed()));

export async function logGroup({ id, written }: Resource) {
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
  const found = logGroups.find(({ logGroupName }) => logGroupName === id);
  if (!found) throw new Error(`there is no log group ${id}`);
  // Without a name in the template it has one of CloudFormation's making.
  return { LogGroupName: written.LogGroupName && found.logGroupName, RetentionInDays: found.retentionInDays };
}
