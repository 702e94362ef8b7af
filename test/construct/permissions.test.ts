import { isDeepStrictEqual } from 'node:util';
import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ownKey } from './combinations';
import { statementsOf, synthesize, type Synthesized } from './synth';
import { Delivery, Processing, Scanner, Viewers, type ImageService } from '../../src';

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

/** Parts of logical ids, the most telling first. */
const KINDS = ['Logs', 'Secret', 'Distribution', 'InvalidationsQueue', 'DeadLetters', 'QueueSurplus', 'Uploads', 'Definitions', 'Bucket', 'Table', 'Key', 'RestApi', 'Scan', 'Refresh', 'Operator'];

function resourceText(resource: any): string {
  if (typeof resource === 'string') return resource;
  const parts: any[] = resource['Fn::Join']?.[1] ?? [resource];
  return parts.map(part => {
    if (typeof part === 'string') return part;
    const id: string = part.Ref ?? part['Fn::GetAtt'][0];
    return `<${id.startsWith('AWS::') ? id : KINDS.find(kind => id.includes(kind))}>`;
  }).join('');
}

function list(...prefixes: string[]): Right {
  return { actions: ['s3:ListBucket'], resource: '<Bucket>', condition: { StringLike: { 's3:prefix': prefixes } } };
}
const LIST = list('originals/*', 'variants/*');

/** All rights of a function's role but those of telemetry, which it must have too. */
function rightsOfFunction(result: Synthesized, idPart: string): Right[] {
  const rights = rightsOf(statementsOf(result, idPart));
  expect(rights).toEqual(expect.arrayContaining(TELEMETRY));
  return rights.filter(right => !TELEMETRY.some(telemetry => isDeepStrictEqual(telemetry, right)));
}

/** In any order, and no others. */
function expectRights(found: Right[], expected: Right[]): void {
  const sorted = (rights: Right[]) => rights.map(right => JSON.stringify(right)).sort();
  expect(sorted(found)).toEqual(sorted(expected));
}

const TELEMETRY = [
  { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resource: '<Logs>' },
  { actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resource: '*' },
];

/** What may be written, and to which items: `table-rights.test.ts` says what follows. */
function writes(actions: string[], attributes?: string[], more: object = {}): Right {
  const names = attributes && { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes } };
  return { actions, resource: '<Table>', condition: { ...names, 'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': ['*#lease:*', 'refused#*', 'slot#*'] }, ...more } };
}

function putsOnly(keys: string[], attributes: string[]): Right {
  const condition = {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
    'Null': { 'dynamodb:Attributes': 'false', 'dynamodb:LeadingKeys': 'false' },
  };
  return { actions: ['dynamodb:PutItem'], resource: '<Table>', condition };
}

const PUT_AND_UPDATE = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
const WORKER_ATTRIBUTES = [
  'animated', 'attempt', 'checksum_sha256', 'claim_until', 'created_at', 'due_at', 'etag', 'format', 'height', 'image_id', 'invalidate', 'object_key',
  'placeholder', 'rejection', 'remake_lease', 'sniffed_type', 'status', 'sweep', 'tries', 'updated_at', 'user_id', 'variants', 'version', 'width',
];
const SWEEPER_ATTRIBUTES = [...WORKER_ATTRIBUTES, 'content_type', 'expires_at', 'filename', 'size', 'tags', 'url_until'].sort();
const LEASES_AND_REFUSALS = putsOnly(['*#lease:*', 'refused#*'], ['expires_at', 'holder', 'image_id', 'lease_until', 'rejection']);
const SLOTS = putsOnly(['slot#*'], ['expires_at', 'holder', 'image_id', 'lease_until']);
const REFUSALS = putsOnly(['refused#*'], ['expires_at', 'image_id', 'rejection']);

const WORKER: Right[] = [
  { actions: ['s3:DeleteObject', 's3:GetObject'], resource: '<Bucket>/originals/*' },
  { actions: ['s3:DeleteObject', 's3:PutObject'], resource: '<Bucket>/variants/*' },
  LIST,
  { actions: ['dynamodb:GetItem'], resource: '<Table>' },
  writes(PUT_AND_UPDATE, WORKER_ATTRIBUTES),
  REFUSALS,
  SLOTS,
  ...['<Uploads>', '<QueueSurplus>'].map(resource => ({
    actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'], resource,
  })),
  { actions: ['sqs:SendMessage'], resource: '<QueueSurplus>' },
  { actions: ['sqs:SendMessage'], resource: '<DeadLetters>' },
  { actions: ['sqs:SendMessage'], resource: '<InvalidationsQueue>' },
];

describe('each function may do what it does, and nothing else', () => {
  test('the API function', () => {
    expectRights(rightsOfFunction(synthesize(), 'ApiFunction'), [
      { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], resource: '<Bucket>/originals/*' },
      { actions: ['s3:DeleteObject'], resource: '<Bucket>/variants/*' },
      LIST,
      { actions: ['secretsmanager:GetSecretValue'], resource: '<Secret>' },
      { actions: ['sqs:SendMessage'], resource: '<InvalidationsQueue>' },
      { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], resource: '<Table>' },
      writes(['dynamodb:DeleteItem', ...PUT_AND_UPDATE]),
      { actions: ['dynamodb:Query'], resource: '<Table>/index/by_user' },
    ]);
  });

  test('the sweeper', () => {
    expectRights(rightsOfFunction(synthesize(), 'Sweeper'), [
      { actions: ['s3:DeleteObject', 's3:GetObject'], resource: '<Bucket>/originals/*' },
      { actions: ['s3:DeleteObject'], resource: '<Bucket>/variants/*' },
      LIST,
      { actions: ['dynamodb:BatchGetItem'], resource: '<Table>' },
      writes(PUT_AND_UPDATE, SWEEPER_ATTRIBUTES),
      { actions: ['dynamodb:Query'], resource: '<Table>/index/by_due' },
      { actions: ['sqs:SendMessage'], resource: '<Uploads>' },
      { actions: ['sqs:SendMessage'], resource: '<InvalidationsQueue>' },
    ]);
  });

  test('the API function reads variants only to sign URLs of S3, and no secret where nothing is signed', () => {
    const onVariants = (delivery: Delivery) => rightsOfFunction(synthesize({ delivery }), 'ApiFunction');
    const presigned = onVariants(Delivery.presignedOnly());
    expect(presigned).toContainEqual({ actions: ['s3:DeleteObject', 's3:GetObject'], resource: '<Bucket>/variants/*' });
    const anyone = onVariants(Delivery.cloudFront({ viewers: Viewers.anyone() }));
    for (const rights of [presigned, anyone]) expect(JSON.stringify(rights)).not.toContain('secretsmanager');
    expect(JSON.stringify(presigned)).not.toContain('sqs');
  });

  test('the transform function: deletes no original, writes no row but leases and refusals, reads no secret', () => {
    expectRights(rightsOfFunction(synthesize(), 'Transform'), [
      { actions: ['s3:GetObject'], resource: '<Bucket>/originals/*' },
      { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject', 's3:PutObjectTagging'], resource: '<Bucket>/variants/*' },
      LIST,
      { actions: ['dynamodb:GetItem'], resource: '<Table>' },
      LEASES_AND_REFUSALS,
      { actions: ['sqs:SendMessage'], resource: '<InvalidationsQueue>' },
    ]);
  });

  test('what invalidates: this distribution', () => {
    expectRights(rightsOfFunction(synthesize(), 'Invalidations'), [
      { actions: ['cloudfront:CreateInvalidation'], resource: 'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<Distribution>' },
      writes(['dynamodb:UpdateItem'], ['image_id', 'invalidate', 'object_key'], {
        StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_NEW', 'UPDATED_OLD'] },
      }),
      {
        actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
        resource: '<InvalidationsQueue>',
      },
    ]);
  });

  test('what makes keys: their secrets', () => {
    expectRights(rightsOfFunction(synthesize(), 'Signing'), [
      { actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], resource: '<Secret>' },
    ]);
  });

  test('the worker: no secret, no index, no prefix but two', () => {
    expectRights(rightsOfFunction(synthesize(), 'Worker'), WORKER);
  });

  test('the operator\'s function: no object at all', () => {
    expectRights(rightsOfFunction(synthesize(), 'Operator'), [
      { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Scan'], resource: '<Table>' },
      writes(['dynamodb:UpdateItem'], ['attempt', 'claim_until', 'due_at', 'image_id', 'object_key', 'status', 'sweep', 'tries', 'updated_at', 'version']),
      { actions: ['dynamodb:Query'], resource: '<Table>/index/by_user' },
      { actions: ['sqs:GetQueueAttributes'], resource: '<Uploads>' },
      { actions: ['sqs:GetQueueAttributes'], resource: '<QueueSurplus>' },
      { actions: ['sqs:SendMessage'], resource: '<Uploads>' },
      { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], resource: '<DeadLetters>' },
    ]);
  });

  test('with GuardDuty: the worker reads tags', () => {
    const result = synthesize({ processing: Processing.queue({ scanner: Scanner.guardDuty() }) });
    expectRights(rightsOfFunction(result, 'Worker'), [...WORKER, { actions: ['s3:GetObjectTagging'], resource: '<Bucket>/originals/*' }]);
  });

  test('with ClamAV: the worker invokes, and only what scans reads and tags originals', () => {
    const result = synthesize({ processing: Processing.queue({ scanner: Scanner.clamAv() }) });
    expectRights(rightsOfFunction(result, 'WorkerHandlerRole'), [...WORKER, { actions: ['lambda:InvokeFunction'], resource: '<Scan>' }]);
    expectRights(rightsOfFunction(result, 'ClamAvScanRole'), [
      { actions: ['s3:GetObject', 's3:PutObjectTagging'], resource: '<Bucket>/originals/*' },
      list('originals/*'),
      { actions: ['s3:GetObject'], resource: '<Definitions>/*' },
      { actions: ['s3:ListBucket'], resource: '<Definitions>' },
    ]);
    expectRights(rightsOfFunction(result, 'ClamAvRefreshRole'), [
      { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], resource: '<Definitions>/*' },
      { actions: ['s3:ListBucket'], resource: '<Definitions>' },
    ]);
    expectRights(rightsOf(statementsOf(result, 'ClamAvScheduleRole')), [
      { actions: ['lambda:InvokeFunction'], resource: '<Refresh>' },
      { actions: ['lambda:InvokeFunction'], resource: '<Refresh>:*' },
    ]);
  });

  test('GuardDuty itself: what it documents, on originals', () => {
    const result = synthesize({ processing: Processing.queue({ scanner: Scanner.guardDuty() }) });
    const rule = 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*';
    const managed = { StringLike: { 'events:ManagedBy': 'malware-protection-plan.guardduty.amazonaws.com' } };
    expectRights(rightsOf(statementsOf(result, 'GuardDutyRole')), [
      { actions: ['events:DeleteRule', 'events:PutRule', 'events:PutTargets', 'events:RemoveTargets'], resource: rule, condition: managed },
      { actions: ['events:DescribeRule', 'events:ListTargetsByRule'], resource: rule },
      {
        actions: ['s3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObjectTagging', 's3:PutObjectVersionTagging'],
        resource: '<Bucket>/originals/*',
      },
      { actions: ['s3:GetBucketNotification', 's3:PutBucketNotification'], resource: '<Bucket>' },
      { actions: ['s3:PutObject'], resource: '<Bucket>/malware-protection-resource-validation-object' },
      { actions: ['s3:ListBucket'], resource: '<Bucket>' },
      { actions: ['s3:GetObject', 's3:GetObjectVersion'], resource: '<Bucket>/originals/*' },
      { actions: ['s3:GetObject', 's3:GetObjectVersion'], resource: '<Bucket>/malware-protection-resource-validation-object' },
    ]);
  });

  test('a key is used through S3 and DynamoDB only', () => {
    const result = synthesize(stack => ({ encryptionKey: ownKey(stack) }));
    const via = (service: string) => ({ StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', [`${service}.`, { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] } } });
    const onTable = { actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: via('dynamodb') };
    const keyRights = (idPart: string) => rightsOf(statementsOf(result, idPart)).filter(({ resource }) => resource === '<Key>');
    expect(keyRights('ApiFunction')).toEqual([{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: via('s3') }, onTable]);
    expect(keyRights('Sweeper')).toEqual([{ actions: ['kms:Decrypt'], resource: '<Key>', condition: via('s3') }, onTable]);
    expect(keyRights('Worker')).toEqual([{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: via('s3') }, onTable]);
    expect(keyRights('Operator')).toEqual([onTable]);
    expect(keyRights('Transform')).toEqual([{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: via('s3') }, onTable]);
    expect(keyRights('Invalidations')).toEqual([onTable]);
  });

  test('roles are not shared and carry no managed policies but that of API Gateway', () => {
    const roles = Object.entries(synthesize().all('AWS::IAM::Role'));
    expect(roles).toHaveLength(8);
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

  test('grantOperate: the operator\'s function', () => {
    expect(granted((service, role) => service.grantOperate(role))).toEqual([{ actions: ['lambda:InvokeFunction'], resource: '<Operator>' }]);
  });

  test('grantManage: objects, records and both indexes, and nothing else', () => {
    const objects = ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'];
    expectRights(granted((service, role) => service.grantManage(role)), [
      { actions: objects, resource: '<Bucket>/originals/*' },
      { actions: objects, resource: '<Bucket>/variants/*' },
      LIST,
      {
        actions: [
          'dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable',
          'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:UpdateItem',
        ],
        resource: '<Table>',
      },
      { actions: ['dynamodb:Query', 'dynamodb:Scan'], resource: '<Table>/index/by_user' },
      { actions: ['dynamodb:Query', 'dynamodb:Scan'], resource: '<Table>/index/by_due' },
    ]);
  });

  test('grantManage: with a key of the account, its use through S3 and DynamoDB, and nothing else', () => {
    const rights = granted((service, role) => service.grantManage(role), stack => ({ encryptionKey: ownKey(stack) }));
    const condition = expect.anything();
    expect(rights.filter(({ resource }) => resource === '<Key>')).toEqual([
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition },
      { actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition },
    ]);
    expect(rights).toHaveLength(8);
  });
});
