import { Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ActiveAlarm } from './dashboard-input';
import { PERIOD } from './metrics';

/** Columns of a dashboard. */
export const COLUMNS = 24;
const GRAPH_HEIGHT = 6;

/** Colours of CloudWatch's own graphs. Red is for faults only. */
export const COLORS = {
  MAIN: '#1f77b4',
  SECOND: '#ff7f0e',
  THIRD: '#2ca02c',
  FOURTH: '#9467bd',
  FAULT: '#d62728',
  QUIET: '#7f7f7f',
} as const;

/** Colours of lines that stand side by side, such as those of all functions. */
export const SERIES_COLORS: readonly string[] = [
  '#1f77b4', '#ff7f0e', '#2ca02c', '#9467bd', '#8c564b', '#e377c2', '#17becf', '#bcbd22', '#7f7f7f', '#aec7e8',
];

export interface GraphOptions {
  readonly title: string;
  /** In columns. */
  readonly width: number;
  readonly unit: string;
  readonly metrics: readonly cloudwatch.IMetric[];
  readonly annotations?: readonly cloudwatch.HorizontalAnnotation[];
  /** The axis on the right. */
  readonly right?: Pick<GraphOptions, 'unit' | 'metrics' | 'annotations'>;
  readonly stacked?: boolean;
}

/** A graph over time. Its axes start at 0, so that noise does not look like an incident. */
export function makeGraph(options: GraphOptions): cloudwatch.GraphWidget {
  const { title, width, unit, metrics, annotations = [], right, stacked } = options;
  const buildAxis = (label: string): cloudwatch.YAxisProps => ({ label, min: 0, showUnits: false });
  return new cloudwatch.GraphWidget({
    title,
    width,
    height: GRAPH_HEIGHT,
    stacked,
    left: [...metrics],
    leftYAxis: buildAxis(unit),
    leftAnnotations: [...annotations],
    ...right && {
      right: [...right.metrics],
      rightYAxis: buildAxis(right.unit),
      rightAnnotations: [...right.annotations ?? []],
    },
    period: PERIOD,
    legendPosition: cloudwatch.LegendPosition.BOTTOM,
  });
}

/** A table of the results of a Logs Insights query. Each refresh of the dashboard runs the query. */
export function makeLogTable(
  title: string, width: number, logGroupNames: string[], queryLines: string[],
): cloudwatch.LogQueryWidget {
  return new cloudwatch.LogQueryWidget({
    title, width, height: GRAPH_HEIGHT, logGroupNames, queryLines, view: cloudwatch.LogQueryVisualizationType.TABLE,
  });
}

/** The question that a section answers. */
export function makeHeading(question: string): cloudwatch.IWidget[] {
  return [makeText(`## ${question}`, 1)];
}

export function makeText(markdown: string, height: number): cloudwatch.TextWidget {
  const background = cloudwatch.TextWidgetBackground.TRANSPARENT;
  return new cloudwatch.TextWidget({ markdown, width: COLUMNS, height, background });
}

/**
 * The threshold of an alarm, in the colour of the metric that it belongs to. Empty if the service does not have this
 * alarm. `scale` suits another unit.
 */
export function drawThreshold(
  alarms: readonly ActiveAlarm[], name: string, color: string, scale = 1,
): cloudwatch.HorizontalAnnotation[] {
  const found = alarms.find(({ definition }) => definition.name === name);
  // Synthesis cannot multiply a value that it does not know yet.
  if (!found || scale !== 1 && Token.isUnresolved(found.threshold)) return [];
  return [{ value: scale === 1 ? found.threshold : scale * found.threshold, label: `Alarm ${name}`, color }];
}
