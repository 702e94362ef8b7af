import { FAULTS, findSilentAlarms, findStateInSilence } from './drive-alarms';
import { extractMetrics } from './embedded-metrics';
import { recordScenes, type Lines } from './faults';
import { readAlarms, type TemplateJson } from './template-alarms';
import { SWEEPER_METRICS } from '../../benchmarks/cost/inventory';
import { Processing, Scanner } from '../../src';
import { METRICS_NAMESPACE } from '../../src/contract';
import { synthesize } from '../construct/synth';

jest.setTimeout(180_000);

/** With every alarm on the service's own metrics. */
const TEMPLATE = synthesize(
  { processing: Processing.queue({ scanner: Scanner.clamAv() }) },
).template.toJSON() as TemplateJson;

let lines: Partial<Lines>;

beforeAll(async () => { lines = await recordScenes(TEMPLATE); });

test('every alarm on own metrics goes off by its fault alone, after its periods, and comes back', () => {
  expect(findSilentAlarms(TEMPLATE, lines)).toEqual([]);
});

test('the faults are those of the alarms that the service has', () => {
  const own = readAlarms(TEMPLATE).filter(({ metric }) => metric.namespace === METRICS_NAMESPACE);
  expect(own.map(({ name }) => name).sort()).toEqual(Object.keys(FAULTS).sort());
});

test('a run of the sweeper publishes the metrics that docs/costs.md counts', () => {
  const names = lines.swept!.flatMap(extractMetrics).map(({ metric }) => metric.name);
  expect([...new Set(names)].sort()).toEqual([...SWEEPER_METRICS].sort());
});

test('only the alarm of the sweeper goes off while nothing is published', () => {
  const states = readAlarms(TEMPLATE).map(alarm => [alarm.name, findStateInSilence(TEMPLATE, alarm)]);
  expect(states.filter(([, state]) => state !== 'OK')).toEqual([['RecordsOverdue', 'ALARM']]);
});

describe('the evaluator finds a misspelt', () => {
  type Change = (template: TemplateJson) => void;

  const list = ({ Resources }: TemplateJson, type: string) =>
    Object.values(Resources).filter(({ Type }) => Type === type);
  const alarm = (template: TemplateJson, name: string) => list(template, 'AWS::CloudWatch::Alarm').find(
    ({ Properties }) => (Properties.AlarmName as string).endsWith(`-${name}`),
  )!.Properties;
  const filter = (template: TemplateJson) => list(template, 'AWS::Logs::MetricFilter')[0].Properties;
  const transformation = (template: TemplateJson) => filter(template).MetricTransformations[0];
  const accessLog = (template: TemplateJson) => list(template, 'AWS::ApiGateway::Stage')[0].Properties.AccessLogSetting;
  const rename = (template: TemplateJson, from: string, to: string) => {
    accessLog(template).Format = (accessLog(template).Format as string).replace(from, to);
  };

  const CHANGES: Record<string, [name: string, Change]> = {
    'name of a dimension': ['ImagesFailed', template => { alarm(template, 'ImagesFailed').Dimensions[0].Name = 'Service'; }],
    'value of a dimension': ['Rejections', template => { alarm(template, 'Rejections').Dimensions[0].Value += 's'; }],
    'metric': ['OrphanedObjects', template => { alarm(template, 'OrphanedObjects').MetricName = 'OrphanObjects'; }],
    'namespace': ['ForeignKeys', template => { alarm(template, 'ForeignKeys').Namespace = 'CDKImageService'; }],
    'statistic of a rate': ['ResourceLimits', template => { alarm(template, 'ResourceLimits').Statistic = 'Sum'; }],
    'statistic of a sum': ['InvalidationsDeferred', template => { alarm(template, 'InvalidationsDeferred').Statistic = 'Average'; }],
    'statistic of a delay': ['RecordsOverdue', template => { alarm(template, 'RecordsOverdue').Statistic = 'Minimum'; }],
    'statistic of an age': ['DefinitionsAge', template => { alarm(template, 'DefinitionsAge').Statistic = 'Maximum'; }],
    'comparison': ['SigningKeyUnreadable', template => {
      alarm(template, 'SigningKeyUnreadable').ComparisonOperator = 'GreaterThanThreshold';
    }],
    'treatment of missing data': ['ImagesFailed', template => { alarm(template, 'ImagesFailed').TreatMissingData = 'ignore'; }],
    'threshold': ['DefinitionsAge', template => { alarm(template, 'DefinitionsAge').Threshold *= 1000; }],
    'status in the filter pattern': ['RequestsThrottled', template => { filter(template).FilterPattern = '{ $.status = "492" }'; }],
    'field in the filter pattern': ['RequestsThrottled', template => { filter(template).FilterPattern = '{ $.statusCode = "429" }'; }],
    'field of the access log': ['RequestsThrottled', template => rename(template, '"status":', '"statusCode":')],
    'variable of the access log': ['RequestsThrottled', template => rename(template, '$context.status', '$context.integration.status')],
    'service in the access log': ['RequestsThrottled', template => rename(template, '"service":"', '"service":"x')],
    'selector of a dimension': ['RequestsThrottled', template => { transformation(template).Dimensions[0].Value = '$.name'; }],
    'metric of the filter': ['RequestsThrottled', template => { transformation(template).MetricName = 'Throttled'; }],
    'log group of the filter': ['RequestsThrottled', template => { filter(template).LogGroupName.Ref += 'x'; }],
  };

  test.each(Object.entries(CHANGES))('%s', (_what, [name, change]) => {
    const template = structuredClone(TEMPLATE);
    change(template);
    const found = findSilentAlarms(template, lines);
    expect(found).not.toEqual([]);
    expect(found.filter(problem => !problem.startsWith(`${name}: `))).toEqual([]);
  });

  test('variable of the access log that API Gateway does not have', () => {
    const template = structuredClone(TEMPLATE);
    rename(template, '$context.status', '$context.statusCode');
    expect(() => findSilentAlarms(template, lines)).toThrow('$context.statusCode');
  });

  test('name of the service or namespace in the environment of a function', async () => {
    const template = structuredClone(TEMPLATE);
    const variables = (idPart: string) => Object.entries(template.Resources).find(
      ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes(idPart),
    )![1].Properties.Environment.Variables;
    variables('SweeperHandler').POWERTOOLS_SERVICE_NAME += 'x';
    variables('InvalidationsHandler').POWERTOOLS_METRICS_NAMESPACE += 'x';
    const changed = await recordScenes(template, ['sweeper', 'invalidator']);
    const found = findSilentAlarms(TEMPLATE, { ...lines, ...changed }).map(problem => problem.split(':')[0]);
    expect([...new Set(found)].sort()).toEqual(['ForeignKeys', 'InvalidationsDeferred', 'RecordsOverdue', 'SweepFailures']);
  });
});
