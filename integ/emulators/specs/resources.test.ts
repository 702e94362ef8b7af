import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { REGION } from '../cdklocal';
import { buildClientOptions, readDeployment, parseTemplate } from '../deployment';
import { readChosenAttributes } from '../inspectors/chosen';
import { listComplaints, isWritten } from '../inspectors/compare';
import { IGNORED } from '../inspectors/ignored';
import { INSPECTORS } from '../inspectors/inspectors';
import { resolve, type Scope } from '../inspectors/resolve';

const stack = readDeployment();
const template = parseTemplate(stack);
const known = IGNORED.filter(({ on, inUpdates }) => on.includes(stack.emulator) && (stack.updated || !inUpdates));
/** All resources except CDK's metadata, which is not an AWS resource. */
const RESOURCES = Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata')
  .map(([logicalId, { Type, Properties = {} }]) => ({ logicalId, Type, Properties }));

let scope: Scope;
beforeAll(async () => {
  const { Account } = await new STSClient(buildClientOptions(stack)).send(new GetCallerIdentityCommand({}));
  const { resources, stackName } = stack;
  const chosen = await readChosenAttributes(stack);
  scope = { template, resources, account: Account!, region: REGION, stackName, chosen };
});

test.each(RESOURCES)('$logicalId ($Type) is there as written', async ({ logicalId, Type, Properties }) => {
  const inspect = INSPECTORS[Type];
  if (!inspect) {
    throw new Error(
      `nobody inspects ${Type}: write an inspector in integ/emulators/inspectors/ and name it in inspectors.ts`,
    );
  }
  const id = stack.resources[logicalId];
  if (!id) throw new Error(`the template has ${logicalId}, the stack has not`);
  const written = resolve(Properties, scope);
  const ignored = known.filter(({ type }) => type === Type);
  expect(listComplaints(written, await inspect({ id, written }), ignored)).toEqual([]);
});

test('what is known to be ignored is written', () => {
  const unwritten = known.filter(
    ({ type, property }) => !RESOURCES.some(({ Type, Properties }) => Type === type && isWritten(Properties, property)),
  );
  expect(unwritten).toEqual([]);
});
