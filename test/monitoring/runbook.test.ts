import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENTED } from './documented-metrics';
import { buildTable, listDescribed, placeTable, readHeadings, readRunbook, synthesizeEveryAlarm } from './runbook';
import { readAlarms } from './template-alarms';
import { METRICS, REJECTION_CODES } from '../../src/contract';
import { ROOT } from '../conventions/compiled';
import { listCode, splitLines } from '../conventions/documents';

const RUNBOOK = readRunbook();
const HEADINGS = readHeadings(RUNBOOK);
const TEMPLATE = synthesizeEveryAlarm();

/** Sections that explain the page, and not an alarm. */
const OTHERS = ['First steps', 'Change an alarm', 'CloudFront outside us-east-1', 'Metrics without alarms'];

/** The text between a heading and the next one. */
function readSection(heading: string): string {
  const [, rest] = RUNBOOK.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0];
}

test('every alarm has its section, and every section its alarm', () => {
  const anchors = new Set(listDescribed(TEMPLATE).map(({ anchor }) => anchor));
  const sections = [...HEADINGS].filter(([, heading]) => !OTHERS.includes(heading)).map(([anchor]) => anchor);
  expect([...anchors].sort()).toEqual(sections.sort());
});

test('every section says what the alarm means, how to look, how to fix, and when it is fixed, in this order', () => {
  const faulty = [...HEADINGS.values()].filter(heading => !OTHERS.includes(heading)).filter(heading => {
    const parts = ['**Meaning.**', '**Look.**', '**Fix.**', '**Fixed when**'].map(part => readSection(heading).indexOf(part));
    return parts.includes(-1) || parts.some((place, i) => i > 0 && place < parts[i - 1]);
  });
  expect(faulty).toEqual([]);
});

test('the table is that of the alarms in the template; `npx tsx test/monitoring/runbook.ts` writes it', () => {
  expect(RUNBOOK).toBe(placeTable(RUNBOOK, buildTable(TEMPLATE, HEADINGS)));
});

test('the table follows a threshold, a period, a severity and a heading', () => {
  const before = buildTable(TEMPLATE, HEADINGS);
  const change = (name: string, edit: (alarm: Record<string, any>) => void): string => {
    const template = structuredClone(TEMPLATE);
    edit(Object.values(template.Resources).find(({ Properties }) => String(Properties?.AlarmName).endsWith(`-${name}`))!.Properties);
    return buildTable(template, HEADINGS);
  };
  expect(change('ApiErrors', alarm => { alarm.Threshold = 0.02; })).not.toBe(before);
  expect(change('ApiErrors', alarm => { alarm.EvaluationPeriods = 3; })).not.toBe(before);
  expect(change('ApiErrors', alarm => { alarm.AlarmDescription = alarm.AlarmDescription.replace('urgent', 'soon'); })).not.toBe(before);
  expect(change('ApiErrors', alarm => { alarm.AlarmDescription += '-too'; })).toContain('[missing]');
});

test('the alarm of CloudFront for other Regions is that of us-east-1', () => {
  const [alarm] = readAlarms(TEMPLATE).filter(({ name }) => name === 'DeliveryErrors');
  const code = readSection('CloudFront outside us-east-1');
  for (const text of [
    `namespace: '${alarm.metric.namespace}'`, `metricName: '${alarm.metric.name}'`, "Region: 'Global'",
    `statistic: '${alarm.statistic}'`, `Duration.minutes(${alarm.periodSeconds / 60})`, `threshold: ${alarm.threshold},`,
    `evaluationPeriods: ${alarm.periods},`,
  ]) {
    expect(code).toContain(text);
  }
});

const LAMBDA = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts')).map(file => readFileSync(join(ROOT, 'lambda', file), 'utf8')).join('\n');

test('every message that a filter looks for is logged', () => {
  const lines = listCode('docs/runbook.md', 'sh').flatMap(splitLines);
  const messages = lines.flatMap(line => /--filter-pattern '"(.+)"'/.exec(line)?.[1] ?? []);
  expect(messages.length).toBeGreaterThan(4);
  expect(messages.filter(message => !LAMBDA.includes(message))).toEqual([]);
});

const METRIC_NAMES = [
  ...Object.values(METRICS), ...Object.values(DOCUMENTED).flatMap(({ statistics }) => Object.keys(statistics)),
];

test('every metric that is named exists', () => {
  const alarms = listDescribed(TEMPLATE).map(({ name }) => name);
  // Other words of this form: parts of logical ids, statuses and names of AWS.
  const words = new Set([
    'ApiFunction', 'AccessLogs', 'ExecutionLogs', 'QueueUploads', 'QueueSurplus', 'QueueDeadLetters', 'InvalidationsQueue',
    'InvalidationsDeadLetters', 'EventsUndelivered', 'MetadataTable', 'StorageBucket', 'SweeperSchedule', 'ClamAvSchedule', 'AccessDenied',
    'KMSAccessDenied', 'ThrottlingException', 'OutOfMemory', 'SlowDown', 'DeletedDate', 'CdkImageService',
  ]);
  const named = [...RUNBOOK.matchAll(/`((?:[A-Z]|\d[xX]{2})\w*[a-z]\w*[A-Z]\w*)`/g)].map(([, name]) => name);
  const known = new Set([...METRIC_NAMES, ...alarms, ...words]);
  expect(named.length).toBeGreaterThan(50);
  expect([...new Set(named)].filter(name => !known.has(name))).toEqual([]);
});

test('every code of a rejection that is named exists', () => {
  const named = [...readSection('Many images are rejected').matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => code);
  expect(named.length).toBeGreaterThan(6);
  expect(named.filter(code => !(REJECTION_CODES as readonly string[]).includes(code))).toEqual([]);
});

test('every resource that a line needs is in the template', () => {
  const rows = [...readSection('First steps').matchAll(/^\| `[^|]+\| ([^|]+)\| ([^|]+)\|$/gm)];
  const found = rows.flatMap(([, types, parts]) => {
    const names = (text: string) => [...text.matchAll(/`([\w:]+)`/g)].map(([, name]) => name);
    const listed = Object.entries(TEMPLATE.Resources).filter(([, { Type }]) => names(types).includes(Type));
    const ids = listed.map(([id]) => id);
    return names(parts).map(part => ({ part, ids: ids.filter(id => id.includes(part)) }));
  });
  expect(found.length).toBeGreaterThan(15);
  expect(found.filter(({ ids }) => ids.length === 0)).toEqual([]);
});

test('every metric of the service has an alarm, or a document explains it', () => {
  const watched = readAlarms(TEMPLATE).map(({ metric }) => metric.name);
  const explained = readdirSync(join(ROOT, 'docs')).filter(file => file.endsWith('.md')).map(
    file => readFileSync(join(ROOT, 'docs', file), 'utf8'),
  ).join('\n');
  const forgotten = Object.values(METRICS).filter(name => !watched.includes(name) && !explained.includes(`\`${name}\``));
  expect(forgotten).toEqual([]);
});

test('every metric of the service is published by a handler, or by a metric filter', () => {
  const wrong = Object.entries(METRICS).filter(
    ([key, name]) => !LAMBDA.includes(`METRICS.${key}`) && name !== METRICS.REQUESTS_THROTTLED,
  );
  expect(wrong).toEqual([]);
});
