import { writeAccessLogLine, type Answer } from './access-log-line';
import { evaluate, MetricStore, type AlarmState } from './alarm-state';
import { extractMetrics, type Measured } from './embedded-metrics';
import type { Lines, Scene } from './faults';
import { applyFilter } from './log-metrics';
import { readAccessLog, readAlarms, readFilters, type TemplateAlarm, type TemplateJson } from './template-alarms';
import { METRICS_NAMESPACE } from '../../src/contract';

type Request = 'served' | 'throttled';

/** How often each scene and request happens in one period of an alarm. */
export type Traffic = Readonly<Partial<Record<Scene | Request, number>>>;

const ANSWERS: Record<Request, Answer> = {
  served: { status: 201 },
  throttled: { status: 429, responseType: 'THROTTLED' },
};

/** A busy service with a normal share of bad uploads, a few throttled requests, and a CDN that is busy now and then. */
export const HEALTHY: Traffic = {
  'accepted': 40,
  'rejected': 9,
  'resource limit': 1,
  'swept': 1,
  'old definitions': 1,
  'new definitions': 1,
  'invalidations refused': 5,
  'served': 200,
  'throttled': 10,
};

/** The fault of each alarm on the service's own metrics. */
export const FAULTS: Readonly<Record<string, Traffic>> = {
  RequestsThrottled: { ...HEALTHY, throttled: 60 },
  RecordsOverdue: { ...HEALTHY, overdue: 1 },
  SweepFailures: { ...HEALTHY, 'sweep failed': 1 },
  ForeignKeys: { ...HEALTHY, 'foreign key': 1 },
  Rejections: { ...HEALTHY, accepted: 4, rejected: 6 },
  ResourceLimits: { ...HEALTHY, 'resource limit': 4 },
  ImagesFailed: { ...HEALTHY, failed: 1 },
  OrphanedObjects: { ...HEALTHY, orphan: 1 },
  ReadyImagesInfected: { ...HEALTHY, infected: 1 },
  ScansPostponed: { ...HEALTHY, postponed: 1 },
  DefinitionsAge: { ...HEALTHY, 'new definitions': 0 },
  InvalidationsDeferred: { ...HEALTHY, 'invalidations refused': 25 },
  SigningKeyUnreadable: { ...HEALTHY, 'unreadable key': 1 },
};

const START = Date.parse('2026-12-01T00:00:00Z');

/** Lets time pass for one alarm, with the metrics that CloudWatch makes of log lines. */
class Timeline {
  private now = START;
  private state: AlarmState = 'INSUFFICIENT_DATA';
  private readonly store = new MetricStore();
  private readonly measured = new Map<string, Measured[]>();

  constructor(
    private readonly template: TemplateJson,
    private readonly alarm: TemplateAlarm,
    private readonly lines: Partial<Lines>,
  ) {}

  /** The state after these periods. */
  pass(traffic: Traffic, periods: number): AlarmState {
    for (let period = 0; period < periods; period++) {
      for (const [scene, count] of Object.entries(traffic)) this.happen(scene as Scene | Request, count);
      this.now += 1000 * this.alarm.periodSeconds;
      this.state = evaluate(this.alarm, this.store, this.now, this.state);
    }
    return this.state;
  }

  private happen(scene: Scene | Request, count: number): void {
    const measured = this.measured.get(scene) ?? this.measure(scene);
    this.measured.set(scene, measured);
    for (let i = 0; i < count; i++) measured.forEach(each => this.store.add({ ...each, at: this.now + i }));
  }

  private measure(scene: Scene | Request): Measured[] {
    if (scene !== 'served' && scene !== 'throttled') return (this.lines[scene] ?? []).flatMap(extractMetrics);
    const { format, logGroup } = readAccessLog(this.template);
    const line = writeAccessLogLine(format, ANSWERS[scene]);
    return readFilters(this.template).flatMap(filter => applyFilter(filter, logGroup, line, this.now));
  }
}

/**
 * Drives every alarm on the service's own metrics: it stays OK while the service is healthy and until its last period
 * with the fault, goes to ALARM, and comes back. Lists the deviations.
 */
export function findSilentAlarms(template: TemplateJson, lines: Partial<Lines>): string[] {
  const own = readAlarms(template).filter(({ metric }) => !metric.namespace.startsWith('AWS/'));
  const strange = own.filter(({ metric }) => metric.namespace !== METRICS_NAMESPACE).map(
    ({ name, metric }) => `${name}: nobody publishes to the namespace ${metric.namespace}`,
  );
  return [...strange, ...own.flatMap(alarm => driveAlarm(template, alarm, lines))];
}

function driveAlarm(template: TemplateJson, alarm: TemplateAlarm, lines: Partial<Lines>): string[] {
  if (!Object.hasOwn(FAULTS, alarm.name)) return [`${alarm.name}: the table of faults lacks it`];
  const fault = FAULTS[alarm.name];
  const timeline = new Timeline(template, alarm, lines);
  const steps = [
    ['a healthy service', HEALTHY, alarm.periods, 'OK'],
    ['the fault for too short a time', fault, alarm.periods - 1, 'OK'],
    ['the fault', fault, 1, 'ALARM'],
    ['the repair', HEALTHY, 1, 'OK'],
  ] as const;
  return steps.flatMap(([step, traffic, periods, expected]) => {
    if (periods === 0) return [];
    const state = timeline.pass(traffic, periods);
    return state === expected ? [] : [`${alarm.name}: ${state} after ${step}`];
  });
}

/** The state of an alarm while no function and no request writes a line. */
export function findStateInSilence(template: TemplateJson, alarm: TemplateAlarm): AlarmState {
  return new Timeline(template, alarm, {}).pass({}, alarm.periods);
}
