import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ownKey } from './combinations';
import { statementsOf, synthesize } from './synth';
import type { ImageService } from '../../src';

interface Right {
  readonly actions: string[];
  readonly resource: string;
  readonly condition?: object;
}

/** Statements as text that a person can review: resources by their kind and what follows it. */
function rightsOf(statements: Record<string, any>[]): Right[] {
  return statements.flatMap(({ Action, Resource, Condition }) => [Resource].flat().map(resource => ({
    actions: [Action].flat().sort(),
    resource: resourceText(resource),
    ...(Condition && { condition: Condition }),
  })));
}

function resourceText(resource: any): string {
  if (typeof resource === 'string') return resource;
  const parts: any[] = resource['Fn::Join']?.[1] ?? [resource];
  return parts.map(part => {
    if (typeof part === 'string') return part;
    const id: string = part.Ref ?? part['Fn::GetAtt'][0];
    return `<${/Bucket|Table|Logs|Key|RestApi|AWS::\w+/.exec(id)?.[0]}>`;
  }).join('');
}

const LIST = { actions: ['s3:ListBucket'], resource: '<Bucket>', condition: { StringLike: { 's3:prefix': 'originals/*' } } };
const TELEMETRY = [
  { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resource: '<Logs>' },
  { actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resource: '*' },
];

describe('each function may do what it does, and nothing else', () => {
  test('the API function', () => {
    expect(rightsOf(statementsOf(synthesize(), 'ApiFunction'))).toEqual(expect.arrayContaining([
      ...TELEMETRY,
      { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], resource: '<Bucket>/originals/*' },
      LIST,
      { actions: ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], resource: '<Table>' },
      { actions: ['dynamodb:Query'], resource: '<Table>/index/by_user' },
    ]));
    expect(statementsOf(synthesize(), 'ApiFunction')).toHaveLength(6);
  });

  test('the sweeper', () => {
    expect(rightsOf(statementsOf(synthesize(), 'Sweeper'))).toEqual(expect.arrayContaining([
      ...TELEMETRY,
      { actions: ['s3:DeleteObject', 's3:GetObject'], resource: '<Bucket>/originals/*' },
      LIST,
      { actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], resource: '<Table>' },
      { actions: ['dynamodb:Query'], resource: '<Table>/index/by_due' },
    ]));
    expect(statementsOf(synthesize(), 'Sweeper')).toHaveLength(6);
  });

  test('a key is used through S3 and DynamoDB only', () => {
    const result = synthesize(stack => ({ encryptionKey: ownKey(stack) }));
    const via = (service: string) => ({ StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', [`${service}.`, { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] } } });
    const onTable = { actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: via('dynamodb') };
    const keyRights = (idPart: string) => rightsOf(statementsOf(result, idPart)).filter(({ resource }) => resource === '<Key>');
    expect(keyRights('ApiFunction')).toEqual([{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: via('s3') }, onTable]);
    expect(keyRights('Sweeper')).toEqual([{ actions: ['kms:Decrypt'], resource: '<Key>', condition: via('s3') }, onTable]);
  });

  test('roles are not shared and carry no managed policies but that of API Gateway', () => {
    const roles = Object.entries(synthesize().all('AWS::IAM::Role'));
    expect(roles).toHaveLength(3);
    const managed = roles.filter(([, role]) => role.Properties.ManagedPolicyArns).map(([id]) => id);
    expect(managed).toEqual([expect.stringContaining('CloudWatchRole')]);
  });
});

describe('grants', () => {
  function granted(grant: (service: ImageService, role: iam.Role) => iam.Grant, props: (stack: Stack) => object = () => ({})): Right[] {
    const result = synthesize(props, (service, stack) => {
      const role = new iam.Role(stack, 'Backend', { assumedBy: new iam.AccountRootPrincipal() });
      grant(service, role).assertSuccess();
    });
    return rightsOf(statementsOf(result, 'Backend'));
  }

  test('grantInvoke: every method of the stage', () => {
    expect(granted((service, role) => service.grantInvoke(role))).toEqual([{
      actions: ['execute-api:Invoke'],
      resource: 'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<RestApi>/prod/*/*',
    }]);
  });

  test('grantReadOriginals: objects, and the key that encrypts them', () => {
    const original = { actions: ['s3:GetObject'], resource: '<Bucket>/originals/*' };
    expect(granted((service, role) => service.grantReadOriginals(role))).toEqual([original]);
    expect(granted((service, role) => service.grantReadOriginals(role), stack => ({ encryptionKey: ownKey(stack) })))
      .toEqual([original, { actions: ['kms:Decrypt'], resource: '<Key>', condition: expect.anything() }]);
  });

  test('grantManage: objects, records and both indexes', () => {
    const rights = granted((service, role) => service.grantManage(role));
    const on = (resource: string) => rights.filter(right => right.resource === resource).flatMap(({ actions }) => actions);
    expect(on('<Bucket>/originals/*')).toEqual(['s3:DeleteObject', 's3:GetObject', 's3:PutObject']);
    expect(on('<Bucket>')).toEqual(['s3:ListBucket']);
    expect(on('<Table>')).toEqual(expect.arrayContaining(['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:UpdateItem']));
    expect(on('<Table>/index/by_user')).toEqual(['dynamodb:Query', 'dynamodb:Scan']);
    expect(on('<Table>/index/by_due')).toEqual(['dynamodb:Query', 'dynamodb:Scan']);
  });
});
