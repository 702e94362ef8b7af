import {
  GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { PUBLISHER_ENV } from '../../../src/contract';
import { Client } from '../../../test/acceptance/support/client';
import { eventually } from '../../../test/acceptance/support/together';
import { buildClientOptions, createContractEnvironment, findPhysicalId, readDeployment } from '../deployment';
import { readLogs } from '../function-logs';
import { attemptPublishing } from '../privileges/event-probes';
import { processImage } from '../privileges/starts';

const stack = readDeployment();
const lambda = new LambdaClient(buildClientOptions(stack));
const FunctionName = findPhysicalId(stack, 'AWS::Lambda::Function', /Events/);

async function setBus(name: string): Promise<string> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment!.Variables, [PUBLISHER_ENV.EVENT_BUS]: name };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  return Environment!.Variables![PUBLISHER_ENV.EVENT_BUS];
}

test('the publisher may publish on its own bus, and not on the default bus of the account', async () => {
  const attempt = attemptPublishing(await processImage(new Client(createContractEnvironment())));
  expect(await attempt()).toMatchObject({ worked: true });
  const since = Date.now();
  const own = await setBus('default');
  try {
    expect(await attempt()).toMatchObject({ worked: false });
    await eventually(async () => {
      expect(await readLogs('Events', since)).toMatch(/publishing events failed.*AccessDeniedException/);
    });
  } finally {
    await setBus(own);
  }
  expect(await attempt()).toMatchObject({ worked: true });
}, 120_000);
