import type { MetricId } from './template-alarms';

export interface Measured {
  readonly metric: MetricId;
  readonly values: readonly number[];
  /** Epoch milliseconds. */
  readonly at: number;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string; readonly StorageResolution?: number }[];
}

/** Limits of the specification. */
const MAX = { METRICS: 100, VALUES: 100, DIMENSIONS: 30, NAME: 1024, NAMESPACE: 256 };
const MEMBERS = ['Namespace', 'Dimensions', 'Metrics'];
const METRIC_MEMBERS = ['Name', 'Unit', 'StorageResolution'];

/**
 * Extracts metrics from a log line as CloudWatch does. A line without `_aws` has no metrics. A broken one throws, where
 * CloudWatch would drop it silently.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function extractMetrics(line: string): Measured[] {
  const root = parseObject(line);
  if (root?._aws === undefined) return [];
  const { Timestamp: at, CloudWatchMetrics: directives } = root._aws as Record<string, unknown>;
  demand(Number.isInteger(at) && (at as number) > 1e12, 'Timestamp must be milliseconds after 1970', at);
  demand(Array.isArray(directives), 'CloudWatchMetrics must be a list', directives);
  return (directives as Directive[]).flatMap(directive => readDirective(root, directive, at as number));
}

function readDirective(root: Record<string, unknown>, directive: Directive, at: number): Measured[] {
  const { Namespace: namespace, Dimensions, Metrics } = directive;
  demandMembers(directive, MEMBERS);
  demand(typeof namespace === 'string' && namespace.length > 0 && namespace.length <= MAX.NAMESPACE, 'bad Namespace', namespace);
  demand(Metrics.length <= MAX.METRICS, 'at most 100 metrics', Metrics.length);
  const sets = Dimensions.map(names => readDimensions(root, names));
  return Metrics.flatMap(definition => {
    demandMembers(definition, METRIC_MEMBERS);
    const values = readValues(root[definition.Name], definition.Name);
    return sets.map(dimensions => ({ metric: { namespace, name: definition.Name, dimensions }, values, at }));
  });
}

function readDimensions(root: Record<string, unknown>, names: readonly string[]): Record<string, string> {
  demand(names.length <= MAX.DIMENSIONS, 'at most 30 dimensions', names.length);
  return Object.fromEntries(names.map(name => {
    const value = root[name];
    demand(typeof value === 'string' && value.length > 0 && value.length <= MAX.NAME, `dimension ${name} must be text`, value);
    return [name, value as string];
  }));
}

function readValues(target: unknown, name: string): number[] {
  const values = Array.isArray(target) ? target as unknown[] : [target];
  demand(values.length > 0 && values.length <= MAX.VALUES, `${name} must have 1 to 100 values`, values.length);
  for (const value of values) demand(typeof value === 'number' && Number.isFinite(value), `${name} must be a number`, value);
  return values as number[];
}

function demandMembers(object: object, known: readonly string[]): void {
  demand(Object.keys(object).every(name => known.includes(name)), 'unknown members', Object.keys(object));
}

function parseObject(line: string): Record<string, any> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, any>;
  } catch {
    return undefined;
  }
}

function demand(holds: boolean, rule: string, got: unknown): void {
  if (!holds) throw new Error(`embedded metric format: ${rule}, got: ${JSON.stringify(got)}`);
}
