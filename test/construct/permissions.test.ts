import { makeKey } from './combinations';
import { buildListRight, expectRights, LIST_OBJECTS, listFunctionRights, listRights, type Right } from './rights';
import { listStatements, synthesize } from './synth';
import { Delivery, Processing, Scanner, Viewers } from '../../src';

/** A write right with its items; see `table-rights.test.ts` for its consequences. */
function buildWriteRight(actions: string[], attributes?: string[], more: object = {}): Right {
  const names = attributes && { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes } };
  return {
    actions,
    resource: '<Table>',
    condition: {
      ...names,
      'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': ['*#lease:*', 'refused#*', 'slot#*'] },
      ...more,
    },
  };
}

function buildPutRight(keys: string[], attributes: string[]): Right {
  const condition = {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
    'Null': { 'dynamodb:Attributes': 'false', 'dynamodb:LeadingKeys': 'false' },
  };
  return { actions: ['dynamodb:PutItem'], resource: '<Table>', condition };
}

const PUT_AND_UPDATE = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
const WORKER_ATTRIBUTES = [
  'animated', 'attempt', 'checksum_sha256', 'claim_until', 'created_at', 'due_at', 'etag', 'format', 'height',
  'image_id', 'invalidate', 'last_error', 'object_key',
  'placeholder', 'rejection', 'remake_lease', 'sniffed_type', 'status', 'sweep', 'tries', 'updated_at', 'uploaded_at',
  'user_id', 'variants', 'version', 'width',
];
const SWEEPER_ATTRIBUTES =
  [
    ...WORKER_ATTRIBUTES, 'content_type', 'expires_at', 'filename', 'public_until', 'shared_with', 'sharing_version',
    'size', 'tags', 'unpublished', 'url_until', 'visibility',
  ].sort();
const LEASES_AND_REFUSALS = buildPutRight(['*#lease:*', 'refused#*'], [
  'expires_at', 'holder', 'image_id', 'lease_until', 'rejection',
]);
const SLOTS = buildPutRight(['slot#*'], ['expires_at', 'holder', 'image_id', 'lease_until']);
const REFUSALS = buildPutRight(['refused#*'], ['expires_at', 'image_id', 'rejection']);

const WORKER: Right[] = [
  { actions: ['s3:DeleteObject', 's3:GetObject'], resource: '<Bucket>/originals/*' },
  { actions: ['s3:DeleteObject', 's3:PutObject'], resource: '<Bucket>/variants/*' },
  LIST_OBJECTS,
  { actions: ['dynamodb:GetItem'], resource: '<Table>' },
  buildWriteRight(PUT_AND_UPDATE, WORKER_ATTRIBUTES),
  REFUSALS,
  SLOTS,
  ...['<Uploads>', '<QueueSurplus>'].map(resource => ({
    actions: [
      'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
    ],
    resource,
  })),
  { actions: ['sqs:SendMessage'], resource: '<QueueSurplus>' },
  { actions: ['sqs:SendMessage'], resource: '<DeadLetters>' },
  { actions: ['sqs:SendMessage'], resource: '<InvalidationsQueue>' },
];

describe('with least privilege', () => {
  test('the API function deletes variants but reads none, and reads one secret', () => {
    expectRights(listFunctionRights(synthesize(), 'ApiFunction'), [
      { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], resource: '<Bucket>/originals/*' },
      { actions: ['s3:DeleteObject'], resource: '<Bucket>/variants/*' },
      LIST_OBJECTS,
      { actions: ['secretsmanager:GetSecretValue'], resource: '<Secret>' },
      { actions: ['sqs:SendMessage'], resource: '<InvalidationsQueue>' },
      { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], resource: '<Table>' },
      buildWriteRight(['dynamodb:DeleteItem', ...PUT_AND_UPDATE]),
      { actions: ['dynamodb:Query'], resource: '<Table>/index/by_user' },
    ]);
  });

  test('the sweeper deletes objects, reads due records and sends messages', () => {
    expectRights(listFunctionRights(synthesize(), 'Sweeper'), [
      { actions: ['s3:DeleteObject', 's3:GetObject'], resource: '<Bucket>/originals/*' },
      { actions: ['s3:DeleteObject'], resource: '<Bucket>/variants/*' },
      LIST_OBJECTS,
      { actions: ['dynamodb:BatchGetItem'], resource: '<Table>' },
      buildWriteRight(PUT_AND_UPDATE, SWEEPER_ATTRIBUTES),
      { actions: ['dynamodb:Query'], resource: '<Table>/index/by_due' },
      { actions: ['sqs:SendMessage'], resource: '<Uploads>' },
      { actions: ['sqs:SendMessage'], resource: '<InvalidationsQueue>' },
    ]);
  });

  test('the API function reads variants only for S3 URLs, and no secret without signatures', () => {
    const onVariants = (delivery: Delivery) => listFunctionRights(synthesize({ delivery }), 'ApiFunction');
    const presigned = onVariants(Delivery.presignedOnly());
    expect(presigned).toContainEqual({ actions: ['s3:DeleteObject', 's3:GetObject'], resource: '<Bucket>/variants/*' });
    const anyone = onVariants(Delivery.cloudFront({ viewers: Viewers.anyone() }));
    for (const rights of [presigned, anyone]) expect(JSON.stringify(rights)).not.toContain('secretsmanager');
    expect(JSON.stringify(presigned)).not.toContain('sqs');
  });

  test(
    'the transform function deletes no original, writes only leases and remembered rejections, reads no secret',
    () => {
      expectRights(listFunctionRights(synthesize(), 'Transform'), [
        { actions: ['s3:GetObject'], resource: '<Bucket>/originals/*' },
        {
          actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
          resource: '<Bucket>/variants/*',
        },
        LIST_OBJECTS,
        { actions: ['dynamodb:GetItem'], resource: '<Table>' },
        LEASES_AND_REFUSALS,
        { actions: ['sqs:SendMessage'], resource: '<InvalidationsQueue>' },
      ]);
    },
  );

  test('the invalidator invalidates this distribution only', () => {
    expectRights(listFunctionRights(synthesize(), 'Invalidations'), [
      {
        actions: ['cloudfront:CreateInvalidation'],
        resource: 'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<Distribution>',
      },
      buildWriteRight(['dynamodb:UpdateItem'], ['image_id', 'invalidate', 'object_key', 'unpublished'], {
        StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_NEW', 'UPDATED_OLD'] },
      }),
      {
        actions: [
          'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl',
          'sqs:ReceiveMessage',
        ],
        resource: '<InvalidationsQueue>',
      },
    ]);
  });

  test('the key maker reads and writes its secrets only', () => {
    expectRights(listFunctionRights(synthesize(), 'Signing'), [
      { actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], resource: '<Secret>' },
    ]);
  });

  test('the worker reads no secret and no index, and uses two prefixes only', () => {
    expectRights(listFunctionRights(synthesize(), 'Worker'), WORKER);
  });

  test('the operator function has no rights on objects', () => {
    expectRights(listFunctionRights(synthesize(), 'Operator'), [
      { actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Scan'], resource: '<Table>' },
      buildWriteRight(['dynamodb:UpdateItem'], [
        'attempt', 'claim_until', 'due_at', 'image_id', 'object_key', 'status', 'sweep', 'tries', 'updated_at',
        'version',
      ]),
      { actions: ['dynamodb:Query'], resource: '<Table>/index/by_user' },
      { actions: ['sqs:GetQueueAttributes'], resource: '<Uploads>' },
      { actions: ['sqs:GetQueueAttributes'], resource: '<QueueSurplus>' },
      { actions: ['sqs:SendMessage'], resource: '<Uploads>' },
      { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], resource: '<DeadLetters>' },
    ]);
  });

  test('the worker also reads tags with GuardDuty', () => {
    const result = synthesize({ processing: Processing.queue({ scanner: Scanner.guardDuty() }) });
    expectRights(listFunctionRights(result, 'Worker'), [
      ...WORKER, { actions: ['s3:GetObjectTagging'], resource: '<Bucket>/originals/*' },
    ]);
  });

  test('the worker invokes the scanner with ClamAV, and only the scanner tags originals', () => {
    const result = synthesize({ processing: Processing.queue({ scanner: Scanner.clamAv() }) });
    expectRights(listFunctionRights(result, 'WorkerHandlerRole'), [
      ...WORKER, { actions: ['lambda:InvokeFunction'], resource: '<Scan>' },
    ]);
    expectRights(listFunctionRights(result, 'ClamAvScanRole'), [
      { actions: ['s3:GetObject', 's3:PutObjectTagging'], resource: '<Bucket>/originals/*' },
      buildListRight('originals/*'),
      { actions: ['s3:GetObject'], resource: '<Definitions>/*' },
      { actions: ['s3:ListBucket'], resource: '<Definitions>' },
    ]);
    expectRights(listFunctionRights(result, 'ClamAvRefreshRole'), [
      { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], resource: '<Definitions>/*' },
      { actions: ['s3:ListBucket'], resource: '<Definitions>' },
    ]);
    expectRights(listRights(listStatements(result, 'ClamAvScheduleRole')), [
      { actions: ['lambda:InvokeFunction'], resource: '<Refresh>' },
      { actions: ['lambda:InvokeFunction'], resource: '<Refresh>:*' },
    ]);
  });

  test('GuardDuty has its documented permissions, on originals', () => {
    const result = synthesize({ processing: Processing.queue({ scanner: Scanner.guardDuty() }) });
    const rule = 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*';
    const managed = { StringLike: { 'events:ManagedBy': 'malware-protection-plan.guardduty.amazonaws.com' } };
    expectRights(listRights(listStatements(result, 'GuardDutyRole')), [
      {
        actions: ['events:DeleteRule', 'events:PutRule', 'events:PutTargets', 'events:RemoveTargets'],
        resource: rule,
        condition: managed,
      },
      { actions: ['events:DescribeRule', 'events:ListTargetsByRule'], resource: rule },
      {
        actions: [
          's3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObjectTagging', 's3:PutObjectVersionTagging',
        ],
        resource: '<Bucket>/originals/*',
      },
      { actions: ['s3:GetBucketNotification', 's3:PutBucketNotification'], resource: '<Bucket>' },
      { actions: ['s3:PutObject'], resource: '<Bucket>/malware-protection-resource-validation-object' },
      { actions: ['s3:ListBucket'], resource: '<Bucket>' },
      { actions: ['s3:GetObject', 's3:GetObjectVersion'], resource: '<Bucket>/originals/*' },
      {
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resource: '<Bucket>/malware-protection-resource-validation-object',
      },
    ]);
  });

  test('a key is used through S3 and DynamoDB only', () => {
    const result = synthesize(stack => ({ encryptionKey: makeKey(stack) }));
    const buildViaCondition = (service: string) => ({
      StringEquals: {
        'kms:ViaService': { 'Fn::Join': ['', [`${service}.`, { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] },
      },
    });
    const onTable = {
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
      resource: '<Key>',
      condition: buildViaCondition('dynamodb'),
    };
    const listKeyRights = (idPart: string) =>
      listRights(listStatements(result, idPart)).filter(({ resource }) => resource === '<Key>');
    expect(listKeyRights('ApiFunction')).toEqual([
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: buildViaCondition('s3') },
      onTable,
    ]);
    expect(listKeyRights('Sweeper')).toEqual([
      { actions: ['kms:Decrypt'], resource: '<Key>', condition: buildViaCondition('s3') }, onTable,
    ]);
    expect(listKeyRights('Worker')).toEqual([
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: buildViaCondition('s3') },
      onTable,
    ]);
    expect(listKeyRights('Operator')).toEqual([onTable]);
    expect(listKeyRights('Transform')).toEqual([
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition: buildViaCondition('s3') },
      onTable,
    ]);
    expect(listKeyRights('Invalidations')).toEqual([onTable]);
  });

  test("roles are not shared, and only API Gateway's has a managed policy", () => {
    const roles = Object.entries(synthesize().all('AWS::IAM::Role'));
    expect(roles).toHaveLength(8);
    const managed = roles.filter(([, role]) => role.Properties.ManagedPolicyArns).map(([id]) => id);
    expect(managed).toEqual([expect.stringContaining('CloudWatchRole')]);
  });
});
