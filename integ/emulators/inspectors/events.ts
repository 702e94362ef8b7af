import {
  DescribeEventBusCommand, DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new EventBridgeClient(buildClientOptions(readDeployment()));

/** The id of a rule on a bus of your own is `<bus>|<name>`. */
export async function inspectRule({ id, written: { EventBusName } }: Resource) {
  const Name = id.split('|').at(-1)!;
  const rule = await client.send(new DescribeRuleCommand({ Name, EventBusName }));
  const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
  return {
    Description: rule.Description,
    EventBusName: rule.EventBusName === 'default' ? undefined : rule.EventBusName,
    EventPattern: rule.EventPattern && JSON.parse(rule.EventPattern) as object,
    ScheduleExpression: rule.ScheduleExpression,
    State: rule.State,
    Targets,
  };
}

export async function inspectEventBus({ id }: Resource) {
  const { Name, Description, Policy } = await client.send(new DescribeEventBusCommand({ Name: id }));
  return { Name, Description, Policy };
}
