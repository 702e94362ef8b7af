import { evaluate, MetricStore, type AlarmState } from './alarm-state';
import { extractMetrics } from './embedded-metrics';
import { applyFilter, matchPattern } from './log-metrics';
import type { TemplateAlarm, TemplateFilter } from './template-alarms';

const METRIC = { namespace: 'N', name: 'M', dimensions: { service: 's' } };

function writeLine(root: object, directive: object = {}): string {
  const CloudWatchMetrics = [{ Namespace: 'N', Dimensions: [['service']], Metrics: [{ Name: 'M', Unit: 'Count' }], ...directive }];
  return JSON.stringify({ _aws: { Timestamp: 1_796_000_000_000, CloudWatchMetrics }, service: 's', ...root });
}

describe('lines in the embedded metric format', () => {
  test('give every value of a list to every set of dimensions', () => {
    const line = writeLine({ M: [1, 2], route: 'r' }, { Dimensions: [['service'], ['service', 'route']] });
    expect(extractMetrics(line)).toEqual([
      { metric: METRIC, values: [1, 2], at: 1_796_000_000_000 },
      { metric: { ...METRIC, dimensions: { service: 's', route: 'r' } }, values: [1, 2], at: 1_796_000_000_000 },
    ]);
  });

  test.each(['text', '{"level":"INFO"}', '{"_aws"'])('are not those that CloudWatch ignores: %s', line => {
    expect(extractMetrics(line)).toEqual([]);
  });

  test.each<[string, string]>([
    ['a metric without a value', writeLine({})],
    ['a text as value', writeLine({ M: '1' })],
    ['no value', writeLine({ M: [] })],
    ['101 values', writeLine({ M: Array(101).fill(1) })],
    ['a dimension without a value', writeLine({ M: 1 }, { Dimensions: [['route']] })],
    ['no namespace', writeLine({ M: 1 }, { Namespace: '' })],
    ['an unknown member', writeLine({ M: 1 }, { Dimension: [] })],
    ['seconds as timestamp', writeLine({ M: 1 }).replace('1796000000000', '1796000000')],
  ])('are refused with %s', (_what, line) => {
    expect(() => extractMetrics(line)).toThrow('embedded metric format:');
  });
});

describe('a metric filter', () => {
  test.each<[string, object, boolean]>([
    ['{ $.status = "429" }', { status: '429' }, true],
    ['{ $.status = "429" }', { status: '4290' }, false],
    ['{ $.status = "429" }', {}, false],
    ['{ $.status != "429" }', { status: '200' }, true],
    ['{ $.status != "429" }', {}, false],
    ['{ $.a.b = "x" && $.c = "y" }', { a: { b: 'x' }, c: 'y' }, true],
    ['{ $.a.b = "x" && $.c = "y" }', { a: { b: 'x' }, c: 'z' }, false],
  ])('%s on %j: %s', (pattern, line, matches) => {
    expect(matchPattern(pattern, JSON.stringify(line))).toBe(matches);
  });

  test.each(['429', '{$.status = "429"}', '{ $.status = 429 }', '{ $.status = "4*" }', '{ $.a = "1" || $.b = "2" }', '[a, b]'])(
    'refuses a pattern that it does not know: %s', pattern => {
      expect(() => matchPattern(pattern, '{"status":"429"}')).toThrow('must');
    },
  );

  test('publishes only lines of its log group that have each dimension', () => {
    const filter: TemplateFilter = {
      logGroup: 'g', pattern: '{ $.s = "1" }', namespace: 'N', metricName: 'M', value: '1', dimensions: { service: '$.service' },
    };
    const line = '{"s":"1","service":"s"}';
    expect(applyFilter(filter, 'g', line, 7)).toEqual([{ metric: METRIC, values: [1], at: 7 }]);
    expect(applyFilter(filter, 'other', line, 7)).toEqual([]);
    expect(applyFilter(filter, 'g', '{"s":"1"}', 7)).toEqual([]);
    expect(applyFilter(filter, 'g', '{"s":"2","service":"s"}', 7)).toEqual([]);
  });
});

describe('an alarm', () => {
  const ALARM: TemplateAlarm = {
    name: 'A',
    fullName: 'S-A',
    description: '',
    metric: METRIC,
    statistic: 'Sum',
    periodSeconds: 60,
    periods: 3,
    datapointsToAlarm: 3,
    threshold: 2,
    comparison: 'GreaterThanOrEqualToThreshold',
    missingData: 'notBreaching',
  };

  /** The state after periods with these values; `undefined` is a period without data. */
  function judge(
    values: readonly (number | undefined)[], changes: Partial<TemplateAlarm> = {}, before?: AlarmState,
  ): AlarmState {
    const store = new MetricStore();
    values.forEach((value, i) => {
      if (value !== undefined) store.add({ metric: METRIC, values: [value], at: i * 60_000 });
    });
    return evaluate({ ...ALARM, ...changes }, store, values.length * 60_000, before);
  }

  test.each<[string, (number | undefined)[], Partial<TemplateAlarm>, AlarmState]>([
    ['at the threshold in all periods', [2, 2, 2], {}, 'ALARM'],
    ['below it in one', [2, 1, 2], {}, 'OK'],
    ['long ago', [2, 2, 2, 0, 0, 0], {}, 'OK'],
    ['a period without data', [2, undefined, 2], {}, 'OK'],
    ['a period without data that counts as breaching', [2, undefined, 2], { missingData: 'breaching' }, 'ALARM'],
    ['two of three periods', [2, 0, 2], { datapointsToAlarm: 2 }, 'ALARM'],
    ['no data at all', [undefined, undefined, undefined], {}, 'OK'],
    ['no data at all, which is missing', [undefined, undefined, undefined], { missingData: 'missing' }, 'INSUFFICIENT_DATA'],
    ['above the threshold only', [2, 2, 2], { comparison: 'GreaterThanThreshold' }, 'OK'],
  ])('%s', (_what, values, changes, expected) => {
    expect(judge(values, changes)).toBe(expected);
  });

  test('that ignores missing data keeps its state', () => {
    expect(judge([0, undefined, 0], { missingData: 'ignore' }, 'ALARM')).toBe('ALARM');
  });

  test('sees no metric with other dimensions', () => {
    const store = new MetricStore();
    store.add({ metric: { ...METRIC, dimensions: { service: 's', route: 'r' } }, values: [9], at: 0 });
    expect(evaluate({ ...ALARM, periods: 1, datapointsToAlarm: 1 }, store, 60_000)).toBe('OK');
  });

  test('with an unknown statistic is an error', () => {
    expect(() => judge([2, 2, 2], { statistic: 'Total' })).toThrow('got: Total');
  });
});
