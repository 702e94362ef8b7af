import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { Resource } from './inspector';
import { clientOptions, readDeployment } from '../deployment';

const client = new EventBridgeClient(clientOptions(readDeployment()));

export async function rule({ id: Name }: Resource) {
  const { Description, EventPattern, ScheduleExpression, State } = await client.send(new DescribeRuleCommand({ Name }));
  const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
  return { Description, EventPattern, ScheduleExpression, State, Targets };
}
