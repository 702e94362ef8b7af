import type { Template } from 'aws-cdk-lib/assertions';

/** A metric as a widget names it. */
export interface WidgetMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly options: MetricOptions;
}

/** A line that a widget computes from its metrics. */
export interface WidgetExpression {
  readonly options: MetricOptions & { readonly expression: string };
}

export interface MetricOptions {
  readonly id?: string;
  readonly label?: string;
  readonly color?: string;
  readonly stat?: string;
  readonly yAxis?: 'left' | 'right';
  readonly visible?: boolean;
  readonly region?: string;
  readonly expression?: string;
}

export interface Annotation {
  readonly value: number;
  readonly label: string;
  readonly color: string;
  readonly yAxis: 'left' | 'right';
}

interface Axis {
  readonly label: string;
  readonly min: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface Widget {
  readonly type: 'text' | 'alarm' | 'metric' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly markdown?: string;
    readonly title?: string;
    readonly region?: string;
    /** Logical ids. */
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal: readonly Annotation[] };
    readonly yAxis?: { readonly left: Axis; readonly right?: Axis };
    readonly stacked?: boolean;
    readonly period?: number;
    readonly query?: string;
  };
}

export interface DashboardDefinition {
  readonly name: string;
  /** The JSON text, as CloudWatch gets it. */
  readonly text: string;
  readonly body: { readonly start: string; readonly periodOverride: string; readonly widgets: readonly Widget[] };
}

/** The Region in definitions of stacks without one. */
export const REGION = 'eu-central-1';

/** Reads all dashboards of a template. Logical ids without a value stand for the names that CloudFormation chooses. */
export function readDashboards(
  template: Template, values: Readonly<Record<string, string>> = {},
): DashboardDefinition[] {
  return Object.values(template.findResources('AWS::CloudWatch::Dashboard')).map(({ Properties }) => {
    const { DashboardBody, DashboardName } = Properties as Record<string, unknown>;
    const text = resolve(DashboardBody, { 'AWS::Region': REGION, ...values });
    const body = JSON.parse(text) as DashboardDefinition['body'];
    return { name: resolve(DashboardName, { 'AWS::Region': REGION, ...values }), text, body };
  });
}

function resolve(value: unknown, values: Readonly<Record<string, string>>): string {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries(value as Record<string, unknown>);
  switch (name) {
    case 'Ref': return values[argument as string] ?? argument as string;
    case 'Fn::GetAtt': return values[(argument as string[])[0]] ?? (argument as string[])[0];
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(part => resolve(part, values)).join(separator);
    }
    default: throw new Error(`the definition of a dashboard must have Ref, Fn::GetAtt and Fn::Join only, got: ${name}`);
  }
}

/** The metrics and the expressions of a widget. CDK writes no abbreviations such as `.`, which the format allows. */
export function listMetrics({ properties: { metrics = [] } }: Widget): (WidgetMetric | WidgetExpression)[] {
  return metrics.map(entry => {
    const options = (typeof entry.at(-1) === 'object' ? entry.at(-1) : {}) as MetricOptions;
    const written = entry.filter(part => typeof part === 'string');
    if (written.length === 0) return { options: options as WidgetExpression['options'] };
    if (written.some(word => /^\.+$/.test(word))) throw new Error('abbreviations of metrics are not supported');
    const [namespace, name, ...pairs] = written;
    const dimensions = Object.fromEntries(
      pairs.flatMap((key, i) => (i % 2 === 0 ? [[key, pairs[i + 1]]] : [])),
    ) as Record<string, string>;
    return { namespace, name, dimensions, options };
  });
}

export function isMetric(line: WidgetMetric | WidgetExpression): line is WidgetMetric {
  return 'namespace' in line;
}
