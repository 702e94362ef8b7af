import { CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { makeBucket } from './combinations';
import { getEnvironment, synthesize, testApp, type PropsFor } from './synth';
import { Compute, Delivery, ImageService, Monitoring, Processing, Scanner } from '../../src';
import { readAlarms, readFilters, type TemplateAlarm, type TemplateJson } from '../monitoring/template-alarms';

function listAlarms(props?: PropsFor): TemplateAlarm[] {
  return readAlarms(synthesize(props).template.toJSON() as TemplateJson);
}

const listNames = (props?: PropsFor) => listAlarms(props).map(({ name }) => name);

/** Names of the alarms in a stack of this environment. */
function listNamesIn(env: StackProps['env']): string[] {
  const stack = new Stack(testApp(), 'Stack', { env });
  new ImageService(stack, 'Images');
  return readAlarms(Template.fromStack(stack).toJSON() as TemplateJson).map(({ name }) => name);
}

const FUNCTIONS = ['Api', 'Sweeper', 'Worker', 'Operator', 'Transform', 'Invalidations'];
const TABLE_OPERATIONS = ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'TransactWriteItems', 'UpdateItem'];

/** The alarms of a service without props, by the parts that they watch. */
const DEFAULT_ALARMS = {
  'API Gateway': ['ApiErrors', 'ApiLatency', 'RequestsThrottled'],
  'DynamoDB': [
    ...['Table', 'ByUser', 'ByDue'].flatMap(place => [`${place}ReadThrottles`, `${place}WriteThrottles`]),
    ...TABLE_OPERATIONS.map(operation => `Table${operation}Errors`),
  ],
  'Lambda': [
    ...FUNCTIONS.flatMap(name => ['Errors', 'Throttles', 'Duration'].map(what => `${name}Function${what}`)),
    'AccountConcurrency',
  ],
  'S3': ['StorageClientErrors', 'StorageServerErrors'],
  'SQS': ['UploadsAge', 'SurplusAge', 'InvalidationsAge', 'DeadLetters', 'InvalidationDeadLetters'],
  'the service': [
    'Rejections', 'ResourceLimits', 'ImagesFailed', 'RecordsOverdue', 'SweepFailures', 'OrphanedObjects', 'ForeignKeys',
    'InvalidationsDeferred', 'SigningKeyUnreadable',
  ],
};

describe('the alarms', () => {
  test('of a service without props watch each of its parts', () => {
    expect(listNames().sort()).toEqual(Object.values(DEFAULT_ALARMS).flat().sort());
  });

  test('can be reached by their names, with the composite one', () => {
    const { service } = synthesize();
    expect(Object.keys(service.alarms).sort()).toEqual([...listNames(), 'Unhealthy'].sort());
  });

  test('watch every operation on the table that the handlers call, apart from the operator\'s scan', () => {
    const template = synthesize().template.toJSON() as TemplateJson;
    const granted = new Set(JSON.stringify(template).match(/(?<="dynamodb:)(\w+Item|Query|Scan)(?=")/g));
    // ConditionCheckItem is a permission of transactions, and DeleteItem one of their parts.
    for (const other of ['Scan', 'ConditionCheckItem', 'DeleteItem']) granted.delete(other);
    expect([...granted, 'TransactWriteItems'].sort()).toEqual(TABLE_OPERATIONS);
  });

  const without = (...names: string[]) => listNames().filter(name => !names.some(part => name.includes(part))).sort();
  const plus = (...names: string[]) => [...listNames(), ...names].sort();

  test.each<[string, PropsFor, () => string[]]>([
    ['without workers and a CDN', { processing: Processing.none() }, () => without(
      'Worker', 'Operator', 'Transform', 'Invalidation', 'SigningKey', 'UploadsAge', 'SurplusAge', 'DeadLetters',
      'ResourceLimits', 'ImagesFailed', 'OrphanedObjects',
    )],
    ['without a CDN', { delivery: Delivery.presignedOnly() }, () => without('Transform', 'Invalidation', 'SigningKey')],
    ['with GuardDuty', { processing: Processing.queue({ scanner: Scanner.guardDuty() }) }, () => plus(
      'ReadyImagesInfected', 'ScansPostponed',
    )],
    ['with ClamAV', { processing: Processing.queue({ scanner: Scanner.clamAv() }) }, () => plus(
      'ReadyImagesInfected', 'ScansPostponed', 'DefinitionsAge',
      ...['Scan', 'Refresh'].flatMap(name => ['Errors', 'Throttles', 'Duration'].map(what => `${name}Function${what}`)),
    )],
    ['with limits of concurrency', {
      compute: Compute.zip({ reservedConcurrency: 20 }), delivery: Delivery.cloudFront({ transformConcurrency: 3 }),
    }, () => plus('ApiFunctionConcurrency', 'TransformFunctionConcurrency')],
    ['without request metrics', { monitoring: Monitoring.of({ storageMetrics: false }) }, () => without('Storage')],
    ['with an own bucket', stack => ({ bucket: makeBucket(stack) }), () => without('Storage')],
    ['with an own bucket that has request metrics', stack => ({
      bucket: makeBucket(stack), monitoring: Monitoring.of({ storageMetrics: true }),
    }), () => listNames().sort()],
    ['with Monitoring.none()', { monitoring: Monitoring.none() }, () => []],
  ])('of a service %s match its parts', (_what, props, expected) => {
    expect(listNames(props).sort()).toEqual(expected());
  });

  test('go off at 90 % of a reserved concurrency, which a deployment must not exceed', () => {
    const alarms = listAlarms({ compute: Compute.zip({ reservedConcurrency: 25 }) });
    expect(alarms.find(({ name }) => name === 'ApiFunctionConcurrency')).toMatchObject({ threshold: 23, statistic: 'Maximum' });
  });

  test('of a concurrency that is a parameter of the stack are left out', () => {
    const props: PropsFor = stack => ({
      compute: Compute.zip({
        reservedConcurrency: new CfnParameter(stack, 'Limit', { type: 'Number' }).valueAsNumber,
      }),
    });
    expect(listNames(props).sort()).toEqual(listNames().sort());
  });

  test('of a function go off before its timeout', () => {
    const { all } = synthesize();
    const timeouts = Object.fromEntries(Object.entries(all('AWS::Lambda::Function')).map(([id, { Properties }]) => [id, Properties.Timeout]));
    const durations = listAlarms().filter(({ metric }) => metric.name === 'Duration');
    expect(durations).toHaveLength(FUNCTIONS.length);
    for (const { metric, threshold } of durations) {
      const { Ref } = JSON.parse(metric.dimensions.FunctionName) as { Ref: string };
      expect(threshold).toBeLessThan(1000 * timeouts[Ref]);
      expect(threshold).toBeGreaterThanOrEqual(900 * timeouts[Ref]);
    }
  });

  test.each([
    ['us-east-1', { region: 'us-east-1' }, ['DeliveryErrors']],
    ['another Region', { region: 'eu-central-1' }, []],
    ['a Region that is unknown at synthesis', undefined, []],
  ])('watch CloudFront only where its metrics are: in %s', (_where, env, expected) => {
    expect(listNamesIn(env).filter(name => name.startsWith('Delivery'))).toEqual(expected);
  });
});

describe('the names of alarms', () => {
  /** All names of a template that exist once in an account and Region. */
  const listFullNames = (template: Template) => [
    ...readAlarms(template.toJSON() as TemplateJson).map(({ fullName }) => fullName),
    ...Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm')).map(({ Properties }) => Properties.AlarmName),
  ] as string[];

  test('begin with the name of the service in its metrics', () => {
    const made = synthesize();
    const { POWERTOOLS_SERVICE_NAME: name } = getEnvironment(made, 'ApiFunction');
    expect(listFullNames(made.template).filter(full => !full.startsWith(`${String(name)}-`))).toEqual([]);
  });

  test('differ for two services of a stack', () => {
    const stack = new Stack(testApp(), 'Stack');
    for (const id of ['Avatars', 'Photos']) new ImageService(stack, id);
    const names = listFullNames(Template.fromStack(stack));
    expect(new Set(names).size).toBe(names.length);
  });

  test('differ for one stack that is deployed twice under two names', () => {
    const names = ['photos-test', 'photos-live'].flatMap(stackName => {
      const stack = new Stack(testApp(), 'Stack', { stackName });
      new ImageService(stack, 'Images');
      return listFullNames(Template.fromStack(stack));
    });
    expect(new Set(names).size).toBe(names.length);
  });

  test('of a deep path stay below 255 characters, and the rule of the composite alarm below its limits', () => {
    const stack = new Stack(testApp(), 'S'.repeat(128), { env: { region: 'us-east-1' } });
    new ImageService(stack, 'I'.repeat(200), {
      compute: Compute.zip({ reservedConcurrency: 20 }), processing: Processing.queue({ scanner: Scanner.clamAv() }),
    });
    const template = Template.fromStack(stack);
    expect(Math.max(...listFullNames(template).map(name => name.length))).toBeLessThanOrEqual(255);
    const [{ Properties }] = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'));
    const parts = Properties.AlarmRule['Fn::Join'][1] as unknown[];
    const arns = parts.filter(part => typeof part !== 'string');
    // An ARN of the longest partition and Region, and the longest name.
    const arn = 'arn:aws-us-gov:cloudwatch:us-gov-west-1:111122223333:alarm:'.length + 255;
    const length = parts.reduce<number>((sum, part) => sum + (typeof part === 'string' ? part.length : arn), 0);
    expect(arns.length).toBeLessThanOrEqual(100);
    expect(length).toBeLessThanOrEqual(10_240);
  });
});

describe('the composite alarm', () => {
  const listChildren = (props?: PropsFor) => {
    const { template } = synthesize(props);
    const ids = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(
      ([id, { Properties }]) => [id, (Properties.AlarmName as string).split('-').at(-1)!],
    );
    const names = Object.fromEntries(ids) as Record<string, string>;
    const composites = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'));
    return composites.map(({ Properties }) => [...JSON.stringify(Properties.AlarmRule).matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g)].map(
      ([, id]) => names[id],
    ));
  };
  const CHILDREN = [
    'ApiErrors', 'ApiLatency', 'TableReadThrottles', 'TableWriteThrottles', 'ByUserReadThrottles', 'ByUserWriteThrottles',
    'ByDueWriteThrottles', 'ApiFunctionErrors', 'ApiFunctionThrottles', 'TransformFunctionErrors',
    'TransformFunctionThrottles', 'StorageServerErrors', 'RequestsThrottled', 'SigningKeyUnreadable',
  ];

  test('goes off with any alarm that users notice', () => {
    expect(listChildren()).toEqual([CHILDREN]);
  });

  test('names alarms only that the service has', () => {
    const alarms = { ApiErrors: { enabled: false }, SigningKeyUnreadable: { enabled: false } };
    const left = CHILDREN.filter(name => !(name in alarms));
    expect(listChildren({ monitoring: Monitoring.of({ alarms }) })).toEqual([left]);
    const all = Object.fromEntries(CHILDREN.map(name => [name, { enabled: false }]));
    expect(listChildren({ monitoring: Monitoring.of({ alarms: all }) })).toEqual([]);
  });

  test('can be turned off', () => {
    expect(listChildren({ monitoring: Monitoring.of({ composite: false }) })).toEqual([]);
    expect(synthesize({ monitoring: Monitoring.of({ composite: false }) }).service.alarms).not.toHaveProperty('Unhealthy');
  });
});

describe('request metrics of originals', () => {
  const METRICS = [{ Id: 'originals', Prefix: 'originals/' }];

  test.each<[string, PropsFor | undefined, unknown]>([
    ['are on by default', undefined, METRICS],
    ['can be turned off', { monitoring: Monitoring.of({ storageMetrics: false }) }, undefined],
    ['are off with Monitoring.none()', { monitoring: Monitoring.none() }, undefined],
  ])('%s', (_what, props, expected) => {
    expect(synthesize(props).one('AWS::S3::Bucket', 'StorageBucket').Properties.MetricsConfigurations).toEqual(expected);
  });

  test('of an imported bucket keep the settings of its owner', () => {
    const { template } = synthesize(stack => ({
      bucket: s3.Bucket.fromBucketName(stack, 'Imported', 'photos'), monitoring: Monitoring.of({ storageMetrics: true }),
    }));
    const [alarm] = readAlarms(template.toJSON() as TemplateJson).filter(({ name }) => name === 'StorageClientErrors');
    expect(alarm.metric.dimensions).toEqual({ BucketName: 'photos', FilterId: 'originals' });
  });
});

test('alarms on an imported table use its name', () => {
  const alarms = listAlarms(stack => ({ table: dynamodb.Table.fromTableName(stack, 'Imported', 'records') }));
  expect(alarms.filter(({ metric }) => metric.namespace === 'AWS/DynamoDB' && metric.dimensions.TableName !== 'records')).toEqual([]);
});

test('Monitoring.none() leaves no trace of alarms in the template', () => {
  const { template, service } = synthesize({ monitoring: Monitoring.none() });
  const types = new Set(Object.values((template.toJSON() as TemplateJson).Resources).map(({ Type }) => Type));
  expect([...types].filter(type => /CloudWatch|MetricFilter/.test(type))).toEqual([]);
  expect(service.alarms).toEqual({});
});

test('a filter counts throttled requests for the service that they went to', () => {
  const stack = new Stack(testApp(), 'Stack');
  for (const id of ['Avatars', 'Photos']) new ImageService(stack, id);
  const filters = readFilters(Template.fromStack(stack).toJSON() as TemplateJson);
  expect(new Set(filters.map(({ logGroup }) => logGroup)).size).toBe(2);
});
