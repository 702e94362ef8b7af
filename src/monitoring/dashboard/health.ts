import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ActiveAlarm, DashboardInput, Section } from './dashboard-input';
import { COLUMNS, makeHeading, makeText } from './widgets';
import { buildRunbookLink } from '../runbook';

type Severity = ActiveAlarm['definition']['severity'];

/** All alarms, and what to do about each. Rows of at most 9 units leave room for requests on a laptop's screen. */
export function buildHealth(input: DashboardInput): Section {
  const { alarms, composite } = input;
  if (alarms.length === 0) return [];
  const status = [
    makeStatus('Do users notice a fault?', 4, composite ? [composite.alarm] : []),
    makeStatus('Alarms that need an answer now', composite ? 8 : 10, pick(alarms, 'urgent')),
  ].flat();
  const used = status.reduce((sum, { width }) => sum + width, 0);
  return [
    makeHeading('Is it healthy?'),
    [...status, ...makeStatus('Alarms for the next working day', COLUMNS - used, pick(alarms, 'soon'))],
    [makeText(listRunbookLinks(input), 3)],
  ];
}

function pick(alarms: readonly ActiveAlarm[], severity: Severity): cloudwatch.IAlarm[] {
  return alarms.filter(({ definition }) => definition.severity === severity).map(({ alarm }) => alarm);
}

/** A widget shows at most 100 alarms, those in ALARM first. */
function makeStatus(title: string, width: number, alarms: readonly cloudwatch.IAlarm[]): cloudwatch.ConcreteWidget[] {
  if (alarms.length === 0) return [];
  const sortBy = cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP;
  return [new cloudwatch.AlarmStatusWidget({ title, width, height: 5, alarms: alarms.slice(0, 100), sortBy })];
}

/** A heading belongs to its most severe alarm. */
function listRunbookLinks({ alarms, composite, runbookUrl }: DashboardInput): string {
  const list = (severity: Severity) => pickHeadings(alarms, severity);
  const urgent = [...new Set([...composite ? [composite.heading] : [], ...list('urgent')])];
  const soon = list('soon').filter(heading => !urgent.includes(heading));
  const link = (heading: string) => `[${heading}](${buildRunbookLink(runbookUrl, heading)})`;
  const lines = [['Now', urgent], ['Next working day', soon]] as const;
  return lines.filter(([, headings]) => headings.length > 0)
    .map(([title, headings]) => `**${title}:** ${headings.map(link).join(' · ')}`)
    .join('\n\n');
}

function pickHeadings(alarms: readonly ActiveAlarm[], severity: Severity): string[] {
  const headings = alarms.filter(({ definition }) => definition.severity === severity)
    .map(({ definition }) => definition.heading);
  return [...new Set(headings)];
}
