import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { clientOptions, readDeployment, physicalId, parseTemplate } from '../deployment';
import { drain } from '../queues';

/** Whether queues and schedule call their functions. Where they do not, what was prepared stays as it is until somebody calls those. */
export async function setTriggers(isOn: boolean): Promise<void> {
  const stack = readDeployment();
  const client = new LambdaClient(clientOptions(stack));
  const sources = Object.entries(parseTemplate(stack).Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping').map(([id]) => stack.resources[id]);
  const Name = physicalId(stack, 'AWS::Events::Rule').split('/').at(-1)!;
  if (isOn) await Promise.all([drain('Uploads'), drain('Surplus'), drain('Invalidations')]);
  await new EventBridgeClient(clientOptions(stack)).send(isOn ? new EnableRuleCommand({ Name }) : new DisableRuleCommand({ Name }));
  await Promise.all(sources.map(UUID => client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: isOn }))));
}
