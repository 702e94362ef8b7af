import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { clientOptions, deployed, physicalId } from '../deployment';
import { drain } from '../queues';

/** Whether the queue and the schedule call their functions. Where they do not, what was prepared stays as it is until somebody calls those. */
export async function setTriggers(isOn: boolean): Promise<void> {
  const stack = deployed();
  const UUID = physicalId(stack, 'AWS::Lambda::EventSourceMapping');
  const Name = physicalId(stack, 'AWS::Events::Rule').split('/').at(-1)!;
  if (isOn) await drain('Uploads');
  await new EventBridgeClient(clientOptions(stack)).send(isOn ? new EnableRuleCommand({ Name }) : new DisableRuleCommand({ Name }));
  await new LambdaClient(clientOptions(stack)).send(new UpdateEventSourceMappingCommand({ UUID, Enabled: isOn }));
}
