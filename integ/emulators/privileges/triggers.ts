import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { buildClientOptions, readDeployment, findPhysicalId, parseTemplate } from '../deployment';
import { drain } from '../queues';

/**
 * Switches the calls from queues and schedule to their functions. While they are off, prepared work stays unchanged
 * until a spec calls the function.
 */
export async function setTriggers(isOn: boolean): Promise<void> {
  const stack = readDeployment();
  const client = new LambdaClient(buildClientOptions(stack));
  const sources = Object.entries(parseTemplate(stack).Resources)
    .filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping')
    .map(([id]) => stack.resources[id]);
  const Name = findPhysicalId(stack, 'AWS::Events::Rule', /Sweeper/).split('/').at(-1)!;
  if (isOn) await Promise.all([drain('Uploads'), drain('Surplus'), drain('Invalidations')]);
  await new EventBridgeClient(buildClientOptions(stack)).send(
    isOn ? new EnableRuleCommand({ Name }) : new DisableRuleCommand({ Name }),
  );
  await Promise.all(sources.map(UUID => client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: isOn }))));
}
