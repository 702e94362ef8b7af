import { APIGatewayClient, GetResourcesCommand } from '@aws-sdk/client-api-gateway';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { REGION } from '../cdklocal';
import { clientOptions, deployed, templateOf } from '../deployment';
import { complaints, isWritten } from '../resources/compare';
import { IGNORED } from '../resources/ignored';
import { INSPECTORS } from '../resources/inspectors';
import { resolve, type Scope } from '../resources/resolve';

const stack = deployed();
const template = templateOf(stack);
const known = IGNORED.filter(({ on, inUpdates }) => on.includes(stack.emulator) && (stack.updated || !inUpdates));
/** All but CDK's note about its version, which is no resource of AWS. */
const RESOURCES = Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata')
  .map(([logicalId, { Type, Properties = {} }]) => ({ logicalId, Type, Properties }));

let scope: Scope;
beforeAll(async () => {
  const { Account } = await new STSClient(clientOptions(stack)).send(new GetCallerIdentityCommand({}));
  const { items = [] } = await new APIGatewayClient(clientOptions(stack)).send(new GetResourcesCommand({ restApiId: stack.apiId, limit: 500 }));
  const root = items.find(({ path }) => path === '/');
  scope = { template, resources: stack.resources, account: Account!, region: REGION, stackName: stack.stackName, rootResourceId: root!.id! };
});

test.each(RESOURCES)('$logicalId ($Type) is there as written', async ({ logicalId, Type, Properties }) => {
  const inspect = INSPECTORS[Type];
  if (!inspect) throw new Error(`nobody inspects ${Type}: write an inspector in integ/emulators/resources/ and name it in inspectors.ts`);
  const id = stack.resources[logicalId];
  if (!id) throw new Error(`the template has ${logicalId}, the stack has not`);
  const written = resolve(Properties, scope);
  expect(complaints(written, await inspect({ id, written }), known.filter(({ type }) => type === Type))).toEqual([]);
});

test('what is known to be ignored is written', () => {
  const unwritten = known.filter(({ type, property }) => !RESOURCES.some(({ Type, Properties }) => Type === type && isWritten(Properties, property)));
  expect(unwritten).toEqual([]);
});
