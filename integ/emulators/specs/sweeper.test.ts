import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Client } from '../../../test/acceptance/support/client';
import { buildClientOptions, createContractEnvironment, readDeployment, findPhysicalId } from '../deployment';
import { makeDue, readRow } from '../rows';

const client = new Client(createContractEnvironment());
const stack = readDeployment();

test('the schedule runs every five minutes, and its target confirms what nobody confirmed', async () => {
  const { image_id: imageId } = await client.createUploaded();
  await makeDue(imageId);
  const events = new EventBridgeClient(buildClientOptions(stack));
  const rule = findPhysicalId(stack, 'AWS::Events::Rule', /Sweeper/).split('/').at(-1)!;
  expect(await events.send(new DescribeRuleCommand({ Name: rule }))).toMatchObject({
    ScheduleExpression: 'rate(5 minutes)',
    State: 'ENABLED',
  });
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: rule }));
  expect(Targets).toHaveLength(1);
  const lambda = new LambdaClient(buildClientOptions(stack));
  const run = await lambda.send(new InvokeCommand({ FunctionName: Targets[0].Arn }));
  const swept = Buffer.from(run.Payload ?? []).toString();
  expect({ error: run.FunctionError, swept: JSON.parse(swept) as unknown }).toMatchObject({
    error: undefined,
    swept: { failed: 0 },
  });
  expect((await client.image(imageId)).status).toBe('ready');
}, 120_000);

test('and a row that is not due stays as it is', async () => {
  const { image_id: imageId } = await client.createUploaded();
  expect(Number((await readRow(imageId)).due_at.N)).toBeGreaterThan(Date.now());
  expect((await client.image(imageId)).status).toBe('pending');
});
