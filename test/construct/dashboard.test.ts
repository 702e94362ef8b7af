import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { makeBucket } from './combinations';
import { type PropsFor, type Synthesized, synthesize, testApp } from './synth';
import {
  Delivery, Events, ImageService, Monitoring, Processing, type ImageServiceProps, type MonitoringOptions,
} from '../../src';
import {
  isMetric, listMetrics, readDashboards, REGION, type DashboardDefinition, type Widget,
} from '../support/dashboard-definition';

function dashboardOf(props?: PropsFor): DashboardDefinition {
  const [dashboard, ...others] = readDashboards(synthesize(props).template);
  expect(others).toEqual([]);
  return dashboard;
}

function synthesizeIn(region: string, props: ImageServiceProps = {}): Template {
  const stack = new Stack(testApp(), 'Stack', { env: { region, account: '111122223333' } });
  new ImageService(stack, 'Images', props);
  return Template.fromStack(stack);
}

function find({ body }: DashboardDefinition, title: string): Widget {
  const found = body.widgets.filter(({ properties }) => properties.title === title);
  expect(found).toHaveLength(1);
  return found[0];
}

const listTitles = ({ body }: DashboardDefinition) => body.widgets.map(({ properties }) => properties.title);
const monitored = (options: MonitoringOptions) => ({ monitoring: Monitoring.of(options) });
const describeLines = (widget: Widget) =>
  widget.properties.annotations?.horizontal.map(({ label, value }) => [label, value]) ?? [];
const namesIn = ({ body }: DashboardDefinition) =>
  body.widgets.flatMap(widget => listMetrics(widget).filter(isMetric).map(({ name }) => name));

test('answers its four questions in order', () => {
  const headings = dashboardOf().body.widgets.map(({ properties }) => properties.markdown ?? '')
    .filter(text => text.startsWith('## '));
  expect(headings).toEqual([
    '## Is it healthy?', '## Are users served?', '## Does the pipeline keep up?', '## What does it cost?',
  ]);
});

test('shows the composite alarm first, then each alarm once', () => {
  const synthesized = synthesize();
  const shown = dashboardOf().body.widgets.flatMap(({ properties }) => properties.alarms ?? []);
  const [composite] = Object.keys(synthesized.all('AWS::CloudWatch::CompositeAlarm'));
  expect(shown[0]).toBe(composite);
  expect([...shown.slice(1)].sort()).toEqual(Object.keys(synthesized.all('AWS::CloudWatch::Alarm')).sort());
});

describe('with events', () => {
  const EVENTS = ['EventsFunctionDuration', 'EventsFunctionErrors', 'EventsFunctionThrottles', 'EventsLate', 'EventsUndelivered'];
  const turnOn = (service: ImageService) => void service.onImageReady('Ready');

  function listEventAlarms({ template }: Synthesized): string[] {
    const [{ body }] = readDashboards(template);
    const shown = body.widgets.flatMap(({ properties }) => properties.alarms ?? []).sort();
    return shown.flatMap(id => EVENTS.filter(name => id.includes(`Monitoring${name}`)));
  }

  test('shows their alarms with links, by the prop or by a rule that is made later', () => {
    expect(listEventAlarms(synthesize())).toEqual([]);
    for (const synthesized of [synthesize({ events: Events.eventBridge() }), synthesize({}, turnOn)]) {
      expect(listEventAlarms(synthesized)).toEqual(EVENTS);
      expect(readDashboards(synthesized.template)[0].text).toContain('#events-are-late');
    }
  });

  test('shows them where all other alarms are off, above the next section', () => {
    const { service } = synthesize();
    const names = Object.keys(service.alarms).filter(name => name !== 'Unhealthy');
    const off = monitored({ alarms: Object.fromEntries(names.map(name => [name, { enabled: false }])) });
    const synthesized = synthesize(off, turnOn);
    expect(listEventAlarms(synthesized)).toEqual(EVENTS);
    const { widgets } = readDashboards(synthesized.template)[0].body;
    const users = widgets.find(({ properties }) => properties.markdown === '## Are users served?')!;
    expect(users.y).toBe(9);
  });
});

test('separates urgent alarms from those for the next working day', () => {
  const { all } = synthesize();
  const describe = (title: string) => find(dashboardOf(), title).properties.alarms!.map(
    id => all('AWS::CloudWatch::Alarm')[id].Properties.AlarmDescription as string,
  );
  expect(describe('Alarms that need an answer now').filter(text => !text.startsWith('[urgent]'))).toEqual([]);
  expect(describe('Alarms for the next working day').filter(text => !text.startsWith('[soon]'))).toEqual([]);
});

test('links each section of the runbook that an alarm links, once', () => {
  const { all } = synthesize();
  const links = dashboardOf().body.widgets.flatMap(({ properties: { markdown = '' } }) => (
    [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link)
  ));
  const linked = [...Object.values(all('AWS::CloudWatch::Alarm')), ...Object.values(all('AWS::CloudWatch::CompositeAlarm'))]
    .map(({ Properties }) => (Properties.AlarmDescription as string).split(' ').at(-1)!);
  expect([...links].sort()).toEqual([...new Set(linked)].sort());
});

test('links the runbook of the user', () => {
  const { text } = dashboardOf(monitored({ runbookUrl: 'https://wiki.example.com/images' }));
  expect(text).toContain('](https://wiki.example.com/images#the-api-is-slow)');
  expect(text).not.toContain('github.com');
});

test('fits health and its links on the first screen of a laptop', () => {
  const { widgets } = dashboardOf().body;
  const second = widgets.findIndex(({ properties }) => properties.markdown === '## Are users served?');
  expect(widgets[second].y).toBeLessThanOrEqual(9);
});

test('keeps within the 50 metrics of a free dashboard', () => {
  const metrics = dashboardOf().body.widgets.flatMap(widget => listMetrics(widget).filter(isMetric));
  const distinct = new Set(
    metrics.map(({ namespace, name, dimensions }) => JSON.stringify([namespace, name, dimensions])),
  );
  expect(distinct.size).toBeGreaterThan(30);
  expect(distinct.size).toBeLessThanOrEqual(50);
});

describe('thresholds', () => {
  test.each([
    ['API requests', [['Alarm RequestsThrottled', 50]]],
    ['API errors', [['Alarm ApiErrors', 1]]],
    ['API latency', [['Alarm ApiLatency', 3000]]],
    ['Messages that wait', [['Alarm DeadLetters', 1]]],
    ['Age of the oldest message', [['Alarm UploadsAge', 900], ['Alarm SurplusAge', 3600], ['Alarm InvalidationsAge', 1800]]],
    ['Processed images', [['Alarm ImagesFailed', 1]]],
    ['Delay of the sweeper', [['Alarm RecordsOverdue', 1800]]],
  ] as const)('of the alarms are lines in %s', (title, lines) => {
    expect(describeLines(find(dashboardOf(), title))).toEqual(lines);
  });

  test('follow the options of their alarms, in the unit of the graph', () => {
    const alarms = { ApiErrors: { threshold: 0.25 }, ApiLatency: { threshold: 700 } };
    const dashboard = dashboardOf(monitored({ alarms }));
    expect(describeLines(find(dashboard, 'API errors'))).toEqual([['Alarm ApiErrors', 25]]);
    expect(describeLines(find(dashboard, 'API latency'))).toEqual([['Alarm ApiLatency', 700]]);
  });

  test('are missing where the alarm is off', () => {
    const dashboard = dashboardOf(monitored({ alarms: { ApiLatency: { enabled: false } } }));
    expect(describeLines(find(dashboard, 'API latency'))).toEqual([]);
  });

  test('that a parameter of the stack sets are lines where the unit is the same', () => {
    const dashboard = (name: string) => {
      const { template } = synthesize(stack => monitored({
        alarms: { [name]: { threshold: new CfnParameter(stack, 'Threshold', { type: 'Number' }).valueAsNumber } },
      }));
      return readDashboards(template, { Threshold: '77' })[0];
    };
    expect(describeLines(find(dashboard('ApiLatency'), 'API latency'))).toEqual([['Alarm ApiLatency', 77]]);
    expect(describeLines(find(dashboard('ApiErrors'), 'API errors'))).toEqual([]);
  });

  test('of CloudFront are lines in us-east-1, where its alarm is', () => {
    const [there] = readDashboards(synthesizeIn('us-east-1'));
    const [elsewhere] = readDashboards(synthesizeIn('eu-central-1'));
    expect(describeLines(find(there, 'CloudFront: views of images'))).toEqual([['Alarm DeliveryErrors', 1]]);
    expect(describeLines(find(elsewhere, 'CloudFront: views of images'))).toEqual([]);
  });
});

test('takes the metrics of CloudFront from us-east-1 in each Region', () => {
  const regions = dashboardOf().body.widgets.flatMap(widget => (
    listMetrics(widget).filter(isMetric)
      .map(({ namespace, options }) => [namespace, options.region ?? widget.properties.region])
  ));
  expect(regions.filter(([namespace]) => namespace === 'AWS/CloudFront').map(([, region]) => region))
    .toEqual(Array(5).fill('us-east-1'));
  expect(regions.filter(([namespace]) => namespace !== 'AWS/CloudFront').every(([, region]) => region === REGION)).toBe(true);
});

test('asks the access log for fields that it has', () => {
  const { Format } = synthesize().one('AWS::ApiGateway::Stage').Properties.AccessLogSetting as { Format: string };
  const { query } = find(dashboardOf(), 'Slowest routes').properties;
  const fields = [...query!.matchAll(/pct\((\w+),|by (\w+), (\w+)$/gm)].flatMap(([, ...found]) => found.filter(Boolean));
  expect(fields).toEqual(['latency', 'latency', 'method', 'resource']);
  expect(Object.keys(JSON.parse(Format) as object)).toEqual(expect.arrayContaining(fields));
});

test('computes GB-seconds with the memory of each function', () => {
  const { all } = synthesize();
  const lines = listMetrics(find(dashboardOf(), 'Lambda: GB-seconds'));
  const used = lines.filter(isMetric).map(({ dimensions, options }) => {
    const { MemorySize } = all('AWS::Lambda::Function')[dimensions.FunctionName].Properties;
    return `${options.id} / 1000 * ${MemorySize} / 1024`;
  });
  expect(lines.flatMap(({ options }) => options.expression ?? [])).toEqual(used);
  expect(used).toHaveLength(6);
});

describe('without', () => {
  test('the dashboard or monitoring, there is none', () => {
    expect(readDashboards(synthesize(monitored({ dashboard: false })).template)).toEqual([]);
    expect(readDashboards(synthesize({ monitoring: Monitoring.none() }).template)).toEqual([]);
  });

  test('a composite alarm, the widget of it is missing', () => {
    const titles = listTitles(dashboardOf(monitored({ composite: false })));
    expect(titles).not.toContain('Do users notice a fault?');
    expect(titles).toContain('Alarms that need an answer now');
  });

  test('alarms, it shows no health', () => {
    const { service } = synthesize();
    const names = Object.keys(service.alarms).filter(name => name !== 'Unhealthy');
    const alarms = Object.fromEntries(names.map(name => [name, { enabled: false }]));
    const { body } = dashboardOf(monitored({ alarms }));
    expect(body.widgets[0].properties.markdown).toBe('## Are users served?');
    expect(body.widgets.filter(({ type }) => type === 'alarm')).toEqual([]);
  });

  test('processing, it shows the sweeper but no pipeline', () => {
    const dashboard = dashboardOf({ processing: Processing.none() });
    expect(listTitles(dashboard)).toContain('Delay of the sweeper');
    expect(namesIn(dashboard)).not.toContain('UploadToReady');
    expect(dashboard.text).not.toContain('AWS/SQS');
  });

  test('CloudFront, it shows nothing of it', () => {
    const { text } = dashboardOf({ delivery: Delivery.presignedOnly() });
    expect(text).not.toMatch(/CloudFront|Variants made on demand|Invalidations/);
  });

  test('request metrics, it shows no requests of storage', () => {
    expect(namesIn(dashboardOf())).toContain('PutRequests');
    expect(namesIn(dashboardOf(monitored({ storageMetrics: false })))).not.toContain('PutRequests');
    expect(namesIn(dashboardOf(stack => ({ bucket: makeBucket(stack) })))).not.toContain('PutRequests');
    const imported = dashboardOf(stack => ({
      bucket: s3.Bucket.fromBucketName(stack, 'Imported', 'photos'), ...monitored({ storageMetrics: true }),
    }));
    expect(find(imported, 'S3: requests for originals').properties.metrics!.length).toBe(2);
  });
});

test('two services of a stack have a dashboard each, with metrics of their own', () => {
  const stack = new Stack(testApp(), 'Stack');
  const services = ['Photos', 'Avatars'].map(id => new ImageService(stack, id));
  const dashboards = readDashboards(Template.fromStack(stack));
  const names = dashboards.map(({ name }) => name);
  expect(new Set(names).size).toBe(2);
  for (const [i, id] of ['Photos', 'Avatars'].entries()) {
    const own = dashboards.find(({ name }) => name.includes(id))!;
    const other = ['Avatars', 'Photos'][i];
    expect(own.text).not.toContain(other);
    expect(services[i].dashboard).toBeDefined();
  }
});

test('names itself after the service and the Region, since an account has one list of dashboards', () => {
  const [there] = readDashboards(synthesizeIn('us-east-1'));
  const [elsewhere] = readDashboards(synthesizeIn('eu-central-1'));
  expect(there.name).not.toBe(elsewhere.name);
  const stack = new Stack(new App(), 'Stack'.repeat(40));
  new ImageService(stack, 'Images'.repeat(40));
  const [{ name }] = readDashboards(Template.fromStack(stack));
  expect(name).toMatch(/^[\w-]{1,255}$/);
});
