import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DOCUMENTED, findUnknown } from './documented-metrics';
import { readAlarms, type TemplateAlarm, type TemplateJson } from './template-alarms';
import { Compute, Delivery, Events, ImageService, Processing, Scanner, type ImageServiceProps } from '../../src';
import { synthesize, testApp } from '../construct/synth';

/** All functions, with limits of their own. */
const EVERYTHING: ImageServiceProps = {
  processing: Processing.queue({ scanner: Scanner.clamAv() }),
  compute: Compute.zip({ reservedConcurrency: 20 }),
  delivery: Delivery.cloudFront({ transformConcurrency: 5 }),
};

function synthesizeInVirginia(): TemplateJson {
  const stack = new Stack(testApp(), 'Stack', { env: { region: 'us-east-1' } });
  new ImageService(stack, 'Images', EVERYTHING);
  return Template.fromStack(stack).toJSON() as TemplateJson;
}

const TEMPLATE = synthesizeInVirginia();
const listAwsAlarms = (template: TemplateJson) =>
  readAlarms(template).filter(({ metric }) => metric.namespace.startsWith('AWS/'));
const findAllUnknown = (template: TemplateJson) => Object.fromEntries(
  listAwsAlarms(template).map(alarm => [alarm.name, findUnknown(template, alarm)] as const).filter(
    ([, unknown]) => unknown.length > 0,
  ),
);

test.each([
  ['every alarm', TEMPLATE],
  ['the defaults', synthesize().template.toJSON() as TemplateJson],
  ['neither workers nor a CDN', synthesize({ processing: Processing.none() }).template.toJSON() as TemplateJson],
])('with %s, each alarm on metrics of AWS has a documented metric, and dimensions of this template', (_name, template) => {
  expect(listAwsAlarms(template).length).toBeGreaterThan(20);
  expect(findAllUnknown(template)).toEqual({});
});

test('the alarms use each namespace of the table', () => {
  const used = new Set(listAwsAlarms(TEMPLATE).map(({ metric }) => metric.namespace));
  expect([...used].sort()).toEqual(Object.keys(DOCUMENTED).sort());
});

test.each<[string, string, (alarm: Record<string, any>) => void, string]>([
  ['namespace', 'ApiErrors', alarm => { alarm.Namespace = 'AWS/APIGateway'; }, 'namespace AWS/APIGateway'],
  ['metric', 'ApiErrors', alarm => { alarm.MetricName = '5xxError'; }, 'metric 5xxError'],
  ['metric of S3', 'StorageServerErrors', alarm => { alarm.MetricName = '5XXErrors'; }, 'metric 5XXErrors'],
  ['statistic', 'DeliveryErrors', alarm => { alarm.Statistic = 'Sum'; }, 'statistic Sum'],
  ['percentile', 'ApiLatency', alarm => { alarm.ExtendedStatistic = 'P99'; }, 'statistic P99'],
  ['dimension', 'ByUserReadThrottles', alarm => { alarm.Dimensions[0].Name = 'IndexName'; }, 'dimensions IndexName,TableName'],
  ['set of dimensions', 'TableQueryErrors', alarm => { alarm.Dimensions.shift(); }, 'dimensions TableName'],
  ['index', 'ByDueWriteThrottles', alarm => { alarm.Dimensions[0].Value = 'ByDue'; }, 'value of GlobalSecondaryIndexName'],
  ['operation', 'TableGetItemErrors', alarm => { alarm.Dimensions[0].Value = 'GetItems'; }, 'value of Operation'],
  ['queue by its URL', 'DeadLetters', alarm => {
    alarm.Dimensions[0].Value = { Ref: alarm.Dimensions[0].Value['Fn::GetAtt'][0] };
  }, 'value of QueueName'],
  ['function by its ARN', 'WorkerFunctionErrors', alarm => {
    alarm.Dimensions[0].Value = { 'Fn::GetAtt': [alarm.Dimensions[0].Value.Ref, 'Arn'] };
  }, 'value of FunctionName'],
  ['filter of request metrics', 'StorageClientErrors', alarm => { alarm.Dimensions[1].Value = 'original'; }, 'value of FilterId'],
  ['Region of CloudFront', 'DeliveryErrors', alarm => { alarm.Dimensions[1].Value = 'us-east-1'; }, 'value of Region'],
  ['name of the API', 'ApiErrors', alarm => { alarm.Dimensions[0].Value = 'Images'; }, 'value of ApiName'],
])('the comparison finds a wrong %s', (_what, name, change, expected) => {
  const template = structuredClone(TEMPLATE);
  const [alarm] = Object.values(template.Resources).filter(
    ({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && (Properties.AlarmName as string).endsWith(`-${name}`),
  );
  change(alarm.Properties);
  expect(findAllUnknown(template)[name]).toContain(expected);
});

describe('a metric that comes when an invocation ends, with the time of its start', () => {
  const stack = new Stack(testApp(), 'Stack');
  new ImageService(stack, 'Images', {
    ...EVERYTHING,
    processing: Processing.queue({ scanner: Scanner.clamAv(), timeout: Duration.minutes(11) }),
    events: Events.eventBridge(),
  });
  const template = Template.fromStack(stack).toJSON() as TemplateJson;
  const alarms = readAlarms(template).filter(({ name }) => /Function(Errors|Duration)$/.test(name));

  test('has a period for an invocation that reaches its timeout', () => {
    const readTimeout = ({ metric }: TemplateAlarm): number => {
      const { Ref } = JSON.parse(metric.dimensions.FunctionName) as { Ref: string };
      return template.Resources[Ref].Properties.Timeout as number;
    };
    expect(alarms.length).toBeGreaterThanOrEqual(18);
    expect(alarms.filter(alarm => alarm.periodSeconds < readTimeout(alarm) + 120)).toEqual([]);
  });

  test('has no longer period than it needs', () => {
    const periods = Object.fromEntries(alarms.map(({ name, periodSeconds }) => [name, periodSeconds / 60]));
    expect(periods).toMatchObject({
      ApiFunctionErrors: 5,
      InvalidationsFunctionDuration: 5,
      EventsFunctionErrors: 5,
      OperatorFunctionErrors: 10,
      WorkerFunctionDuration: 15,
      SweeperFunctionErrors: 20,
      SweeperFunctionDuration: 20,
      RefreshFunctionDuration: 240,
    });
  });
});

describe('a metric that comes on a schedule', () => {
  const SCHEDULED: [type: string, idPart: string, alarms: string[]][] = [
    ['AWS::Events::Rule', 'Sweeper', ['RecordsOverdue', 'SweepFailures', 'SweeperFunctionErrors', 'SweeperFunctionDuration']],
    ['AWS::Scheduler::Schedule', 'ClamAv', ['DefinitionsAge', 'RefreshFunctionErrors', 'RefreshFunctionDuration']],
  ];

  test.each(SCHEDULED)('has a value in each period of its alarm: %s of %s', (type, idPart, names) => {
    const [[, { Properties }]] = Object.entries(TEMPLATE.Resources).filter(
      ([id, { Type }]) => Type === type && id.includes(idPart),
    );
    const [, count, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(Properties.ScheduleExpression as string)!;
    const seconds = Number(count) * (unit === 'hour' ? 3600 : 60);
    const alarms = readAlarms(TEMPLATE).filter(({ name }) => names.includes(name));
    expect(alarms).toHaveLength(names.length);
    expect(alarms.filter(({ periodSeconds }) => periodSeconds < seconds)).toEqual([]);
  });
});
