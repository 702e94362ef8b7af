import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readAlarms, type TemplateAlarm, type TemplateJson } from './template-alarms';
import { Compute, Delivery, Events, ImageService, Processing, Scanner } from '../../src';
import { METRICS } from '../../src/contract';
import { testApp } from '../construct/synth';
import { ROOT } from '../conventions/compiled';

export const RUNBOOK = 'docs/runbook.md';

const TABLE = /(<!-- table: alarms -->\n)[\s\S]*?(<!-- end -->)/;
const AREAS: Readonly<Record<string, string>> = {
  'AWS/ApiGateway': 'API Gateway',
  'AWS/CloudFront': 'CloudFront',
  'AWS/DynamoDB': 'DynamoDB',
  'AWS/Lambda': 'Lambda',
  'AWS/S3': 'S3',
  'AWS/SQS': 'SQS',
  'CdkImageService': 'the service',
};

/** Every alarm that a service can have: all functions and both limits of concurrency, in us-east-1. */
export function synthesizeEveryAlarm(): TemplateJson {
  const stack = new Stack(testApp(), 'Stack', { env: { region: 'us-east-1' } });
  new ImageService(stack, 'Images', {
    processing: Processing.queue({ scanner: Scanner.clamAv() }),
    compute: Compute.zip({ reservedConcurrency: 20 }),
    delivery: Delivery.cloudFront({ transformConcurrency: 20 }),
    events: Events.eventBridge(),
  });
  return Template.fromStack(stack).toJSON() as TemplateJson;
}

/** Headings of the runbook by their anchors. */
export function readHeadings(runbook: string): Map<string, string> {
  const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  // GitHub: lower case, hyphens for blanks, and no other punctuation.
  return new Map(headings.map(heading => [heading.toLowerCase().replace(/[^a-z0-9 _-]/g, '').replaceAll(' ', '-'), heading]));
}

export function readRunbook(): string {
  return readFileSync(join(ROOT, RUNBOOK), 'utf8');
}

export interface Described {
  readonly name: string;
  readonly severity: string;
  readonly anchor: string;
}

/** Severity and anchor of every alarm, the composite one too. */
export function listDescribed(template: TemplateJson): Described[] {
  const all = Object.values(template.Resources).filter(({ Type }) => /^AWS::CloudWatch::(Composite)?Alarm$/.test(Type));
  return all.map(({ Properties: { AlarmName, AlarmDescription } }) => ({
    name: (AlarmName as string).split('-').at(-1)!,
    severity: /^\[(\w+)\]/.exec(AlarmDescription as string)![1],
    anchor: (AlarmDescription as string).split('#').at(-1)!,
  }));
}

interface Row {
  readonly names: string[];
  readonly cells: string;
}

/** The table of alarms. Alarms with equal cells share a row. */
export function buildTable(template: TemplateJson, headings: ReadonlyMap<string, string>): string {
  const described = new Map(listDescribed(template).map(alarm => [alarm.name, alarm]));
  const link = (name: string) => {
    const { severity, anchor } = described.get(name)!;
    return `${severity} | [${headings.get(anchor) ?? 'missing'}](#${anchor})`;
  };
  const rows: Row[] = [{ names: ['Unhealthy'], cells: `composite | any alarm that users notice | ${link('Unhealthy')}` }];
  for (const alarm of readAlarms(template)) {
    const cells = `${nameArea(alarm)} | ${describeCondition(template, alarm)} | ${link(alarm.name)}`;
    const row = rows.find(other => other.cells === cells);
    if (row) row.names.push(alarm.name);
    else rows.push({ names: [alarm.name], cells });
  }
  const lines = rows.map(({ names, cells }) => `| ${names.map(name => `\`${name}\``).join(', ')} | ${cells} |`);
  return ['', '| alarm | area | goes off at | severity | section |', '|---|---|---|---|---|', ...lines, '', ''].join('\n');
}

function nameArea({ metric }: TemplateAlarm): string {
  return metric.name === METRICS.REQUESTS_THROTTLED ? AREAS['AWS/ApiGateway'] : AREAS[metric.namespace];
}

const UNITS: Readonly<Record<string, string>> = {
  'Latency': ' ms',
  'IteratorAge': ' ms',
  '5xxErrorRate': ' %',
  'ApproximateAgeOfOldestMessage': ' s',
  'RecordDelay': ' s',
  'ScannerDefinitionsAge': ' s',
};

function describeCondition(template: TemplateJson, alarm: TemplateAlarm): string {
  const { metric, statistic, periods, periodSeconds } = alarm;
  const limit = describeLimit(template, alarm);
  const period = periodSeconds < 3600 ? `${periodSeconds / 60} min` : `${periodSeconds / 3600} h`;
  return `${statistic} of \`${metric.name}\` ≥ ${limit}, ${periods} × ${period}`;
}

/** A share, where the limit depends on a prop. */
function describeLimit({ Resources }: TemplateJson, { name, metric, threshold }: TemplateAlarm): string {
  if (name.endsWith('FunctionConcurrency')) return '90 % of the reserved concurrency';
  if (metric.name === 'Duration') {
    const { Ref } = JSON.parse(metric.dimensions.FunctionName) as { Ref: string };
    return `${Math.round(threshold / (10 * Resources[Ref].Properties.Timeout))} % of the timeout`;
  }
  return `${threshold.toLocaleString('en')}${UNITS[metric.name] ?? ''}`;
}

export function placeTable(runbook: string, table: string): string {
  if (!TABLE.test(runbook)) throw new Error(`${RUNBOOK} must have the marks of its table`);
  return runbook.replace(TABLE, (_text, start: string, end: string) => `${start}${table}${end}`);
}

/** `npx tsx test/monitoring/runbook.ts`: writes the table of docs/runbook.md. */
if (require.main === module) {
  const runbook = readRunbook();
  writeFileSync(join(ROOT, RUNBOOK), placeTable(runbook, buildTable(synthesizeEveryAlarm(), readHeadings(runbook))));
}
