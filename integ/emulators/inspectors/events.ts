import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new EventBridgeClient(buildClientOptions(readDeployment()));

export async function inspectRule({ id: Name }: Resource) {
  const { Description, EventPattern, ScheduleExpression, State } = await client.send(new DescribeRuleCommand({ Name }));
  const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
  return { Description, EventPattern, ScheduleExpression, State, Targets };
}
