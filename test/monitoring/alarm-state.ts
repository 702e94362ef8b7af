import type { Measured } from './embedded-metrics';
import type { MetricId, TemplateAlarm } from './template-alarms';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Metrics of one account and Region. Metrics with other dimensions are other metrics. */
export class MetricStore {
  private readonly series = new Map<string, { at: number; value: number }[]>();

  add({ metric, values, at }: Measured): void {
    const key = buildKey(metric);
    const points = this.series.get(key) ?? [];
    points.push(...values.map(value => ({ at, value })));
    this.series.set(key, points);
  }

  /** The values from `start` to before `end`. */
  read(metric: MetricId, start: number, end: number): number[] {
    const points = this.series.get(buildKey(metric)) ?? [];
    return points.filter(({ at }) => at >= start && at < end).map(({ value }) => value);
  }
}

function buildKey({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

const STATISTICS: Record<string, (values: readonly number[]) => number> = {
  Sum: values => values.reduce((sum, value) => sum + value, 0),
  Average: values => values.reduce((sum, value) => sum + value, 0) / values.length,
  Maximum: values => Math.max(...values),
  Minimum: values => Math.min(...values),
};

const COMPARISONS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * The state of an alarm at the end of a period. Looks at the last periods only; CloudWatch may also use older values in
 * place of missing ones.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(
  alarm: TemplateAlarm, store: MetricStore, now: number, before: AlarmState = 'INSUFFICIENT_DATA',
): AlarmState {
  const milliseconds = 1000 * alarm.periodSeconds;
  const points = Array.from({ length: alarm.periods }, (_, i) => {
    const end = now - i * milliseconds;
    const values = store.read(alarm.metric, end - milliseconds, end);
    return values.length === 0 ? undefined : isBreaching(alarm, values);
  });
  if (points.every(point => point === undefined) && alarm.missingData === 'missing') return 'INSUFFICIENT_DATA';
  if (points.includes(undefined) && alarm.missingData === 'ignore') return before;
  const breaching = points.filter(point => point ?? alarm.missingData === 'breaching');
  return breaching.length >= alarm.datapointsToAlarm ? 'ALARM' : 'OK';
}

function isBreaching({ statistic, comparison, threshold }: TemplateAlarm, values: readonly number[]): boolean {
  return find(COMPARISONS, comparison)(find(STATISTICS, statistic)(values), threshold);
}

function find<T>(table: Readonly<Record<string, T>>, name: string): T {
  if (!Object.hasOwn(table, name)) throw new Error(`expected one of ${Object.keys(table).join(', ')}, got: ${name}`);
  return table[name];
}
