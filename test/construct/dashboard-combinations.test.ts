import { COMBINATIONS } from './combinations';
import { DOCUMENTED } from './dashboard-metrics';
import { synthesize, type Synthesized } from './synth';
import { METRICS_NAMESPACE } from '../../src/contract';
import {
  isMetric, listMetrics, readDashboards, type DashboardDefinition, type Widget, type WidgetMetric,
} from '../support/dashboard-definition';

const BODY_LIMIT = 1_000_000;
const WIDGET_LIMIT = 500;
const METRIC_LIMIT = 100;

/** Where each of the service's own metrics comes from: a part of the logical id. */
const PUBLISHERS: Readonly<Record<string, string>> = {
  DecodersEnded: 'Worker',
  ImagesFailed: 'Worker',
  ImagesProcessed: 'Worker',
  ImagesRejected: 'Worker',
  RecordDelay: 'Sweeper',
  RequestsThrottled: 'ThrottledRequests',
  UploadToReady: 'Worker',
};

/** Dimensions whose values are names of resources in this template, unless the user brought the resource. */
const RESOURCES: Readonly<Record<string, string>> = {
  FunctionName: 'AWS::Lambda::Function',
  QueueName: 'AWS::SQS::Queue',
  DistributionId: 'AWS::CloudFront::Distribution',
  TableName: 'AWS::DynamoDB::Table',
  BucketName: 'AWS::S3::Bucket',
  Stage: 'AWS::ApiGateway::Stage',
};

const CASES = Object.entries(COMBINATIONS).flatMap(([name, props]) => {
  const synthesized = synthesize(props);
  return readDashboards(synthesized.template).map(dashboard => ({ name, synthesized, dashboard }));
});

test('most combinations have a dashboard', () => {
  expect(CASES.length).toBeGreaterThan(25);
  expect(CASES.length).toBeLessThan(Object.keys(COMBINATIONS).length);
});

describe.each(CASES)('the dashboard with $name', ({ synthesized, dashboard }) => {
  const { widgets } = dashboard.body;
  const metrics = widgets.flatMap(widget => listMetrics(widget).filter(isMetric));

  test('has a metric, an alarm, a query or a text in each widget', () => {
    expect(widgets.filter(isEmpty)).toEqual([]);
  });

  test('shows metrics that exist, with the dimensions of resources that exist', () => {
    expect(metrics.flatMap(metric => listFaults(metric, synthesized))).toEqual([]);
  });

  test('queries log groups that exist', () => {
    const groups = widgets.flatMap(({ properties: { query = '' } }) => (
      [...query.matchAll(/SOURCE '([^']+)'/g)].map(([, group]) => group)
    ));
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.filter(group => !(group in synthesized.all('AWS::Logs::LogGroup')))).toEqual([]);
  });

  test('shows alarms of this template', () => {
    const alarms = { ...synthesized.all('AWS::CloudWatch::Alarm'), ...synthesized.all('AWS::CloudWatch::CompositeAlarm') };
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect([...shown].sort()).toEqual(Object.keys(alarms).sort());
  });

  test('names the unit of each axis, and colours each line', () => {
    for (const widget of widgets.filter(({ type }) => type === 'metric')) {
      const { yAxis, title } = widget.properties;
      const right = listMetrics(widget).some(({ options }) => options.yAxis === 'right');
      expect([title, yAxis?.left.label, yAxis?.left.min]).toEqual([expect.any(String), expect.any(String), 0]);
      expect(yAxis?.right !== undefined).toBe(right);
      const shown = listMetrics(widget).filter(({ options }) => options.visible !== false);
      const colors = shown.map(({ options }) => options.color);
      expect(colors).not.toContain(undefined);
      expect(new Set(colors).size).toBe(shown.length);
      const thresholds = widget.properties.annotations?.horizontal ?? [];
      for (const { color, yAxis: side } of thresholds) {
        expect(shown.filter(({ options }) => (options.yAxis ?? 'left') === side).map(({ options }) => options.color))
          .toContain(color);
      }
    }
  });

  test('fills rows of 24 columns without overlaps', () => {
    expect(listOverlaps(widgets)).toEqual([]);
    const rows = new Map<number, number>();
    for (const { y, width } of widgets) rows.set(y, (rows.get(y) ?? 0) + width);
    expect([...rows.values()]).toEqual(Array(rows.size).fill(24));
  });

  test('keeps the limits of CloudWatch', () => {
    expect(dashboard.text.length).toBeLessThan(BODY_LIMIT / 10);
    expect(widgets.length).toBeLessThan(WIDGET_LIMIT);
    expect(Math.max(...widgets.map(({ properties }) => properties.metrics?.length ?? 0))).toBeLessThan(METRIC_LIMIT);
    expect(Math.max(...widgets.map(({ properties }) => properties.alarms?.length ?? 0))).toBeLessThanOrEqual(100);
  });
});

function isEmpty({ type, properties: { markdown, alarms, metrics, query } }: Widget): boolean {
  return !{ text: markdown, alarm: alarms?.length, metric: metrics?.length, log: query }[type];
}

/** Why CloudWatch has no data for a metric. */
function listFaults(metric: WidgetMetric, synthesized: Synthesized): string[] {
  const own = metric.namespace === METRICS_NAMESPACE;
  const faults = own ? listOwnFaults(metric, synthesized) : listAwsFaults(metric);
  return [...faults, ...listForeignResources(metric, synthesized)].map(
    fault => `${metric.namespace} ${metric.name} ${JSON.stringify(metric.dimensions)}: ${fault}`,
  );
}

function listOwnFaults({ name, dimensions }: WidgetMetric, { all }: Synthesized): string[] {
  const publishers = { ...all('AWS::Lambda::Function'), ...all('AWS::Logs::MetricFilter') };
  const published = Object.keys(publishers).some(id => PUBLISHERS[name] && id.includes(PUBLISHERS[name]));
  const services = Object.values(all('AWS::Lambda::Function')).map(
    ({ Properties }) => Properties.Environment?.Variables.POWERTOOLS_SERVICE_NAME as string | undefined,
  );
  return [
    ...published ? [] : ['is published by no function of this template'],
    ...JSON.stringify(Object.keys(dimensions)) === '["service"]' ? [] : ['must have the dimension service only'],
    ...services.includes(dimensions.service) ? [] : ['must have the name of the service in its functions'],
  ];
}

function listAwsFaults({ namespace, name, dimensions, options: { stat = 'Average' } }: WidgetMetric): string[] {
  const documented = DOCUMENTED[namespace]?.[name];
  if (!documented) return ['is not documented'];
  const given = JSON.stringify(Object.keys(dimensions).sort());
  const known = documented.dimensions.some(set => JSON.stringify(set) === given);
  return [
    ...known ? [] : ['is not documented with these dimensions'],
    ...documented.statistics.includes(stat) ? [] : [`has no meaning as ${stat}`],
  ];
}

/** Only brought tables and buckets are missing in the template; they have the names that the user gave. */
function listForeignResources({ dimensions }: WidgetMetric, { all, stack }: Synthesized): string[] {
  const brought = ['records', 'photos', ...stack.node.children.map(({ node }) => node.id)];
  return Object.entries(RESOURCES).flatMap(([dimension, type]) => {
    const value = dimensions[dimension];
    if (value === undefined || value in all(type) || brought.includes(value)) return [];
    return [`${dimension} must name a resource of this template`];
  });
}

function listOverlaps(widgets: DashboardDefinition['body']['widgets']): [string?, string?][] {
  const overlap = (a: Widget, b: Widget) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  return widgets.flatMap((a, i) => (
    widgets.slice(i + 1).filter(b => overlap(a, b))
      .map((b): [string?, string?] => [a.properties.title, b.properties.title])
  ));
}
