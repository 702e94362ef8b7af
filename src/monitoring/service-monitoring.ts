import { Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { countThrottledRequests } from './access-log-metrics';
import type { AlarmDefinition } from './alarm-definition';
import { listAlarms } from './alarm-table';
import { makeDashboard } from './dashboard';
import type { ActiveAlarm } from './dashboard/dashboard-input';
import { EVENT_ALARM_NAMES, listEventAlarms, type MonitoredEvents } from './event-alarms';
import type { MonitoredService } from './monitored-service';
import type { MonitoringSettings } from './monitoring-settings';
import { buildRunbookLink } from './runbook';
import { throwOptionError } from '../private/validate';

export interface ServiceMonitoringProps {
  readonly settings: MonitoringSettings;
  readonly service: MonitoredService;
}

const COMPOSITE = 'Unhealthy';
const COMPOSITE_HEADING = 'The service is unhealthy';

/**
 * Longest time of all periods together, in seconds: a day, or a week if one period is an hour or longer.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const MAX_EVALUATION = { SHORT: 86_400, LONG: 604_800 };

type MadeAlarm = ActiveAlarm & { readonly alarm: cloudwatch.Alarm };

/** The alarms and the dashboard of a service. */
export class ServiceMonitoring extends Construct {
  /** All alarms by name, the composite one too. */
  public readonly alarms: Readonly<Record<string, cloudwatch.AlarmBase>>;
  public readonly dashboard?: cloudwatch.Dashboard;
  private hasEvents = false;
  private readonly actions: cloudwatch.IAlarmAction[] = [];

  constructor(scope: Construct, id: string, private readonly props: ServiceMonitoringProps) {
    super(scope, id);
    const { settings, service } = props;
    countThrottledRequests(this, service);
    const definitions = listAlarms(service);
    checkAlarmNames(settings, definitions);
    const active = this.makeAlarms(definitions);
    const userFacing = active.filter(({ definition }) => definition.isUserFacing).map(({ alarm }) => alarm);
    const composite = settings.composite && userFacing.length > 0 ? this.makeComposite(userFacing) : undefined;
    this.alarms = { ...indexAlarms(active), ...composite && { [COMPOSITE]: composite } };
    if (settings.alarmTopic) this.addTopic(settings.alarmTopic);
    this.addActions(settings.alarmActions);
    if (settings.dashboard) this.dashboard = this.makeDashboard(active, composite);
    this.node.addValidation({ validate: () => this.findAlarmsWithoutEvents() });
  }

  /** Adds actions for the time when an alarm goes off. */
  public addActions(actions: readonly cloudwatch.IAlarmAction[]): void {
    // An empty list would be a property of the template.
    if (actions.length === 0) return;
    this.actions.push(...actions);
    for (const alarm of Object.values(this.alarms)) alarm.addAlarmAction(...actions);
  }

  /** Makes the alarms of events, with all actions that the other alarms have. A rule may turn events on late. */
  public addEvents(events: MonitoredEvents): void {
    this.hasEvents = true;
    const alarms = indexAlarms(this.makeAlarms(listEventAlarms(events)));
    const { alarmTopic } = this.props.settings;
    for (const alarm of Object.values(alarms)) {
      if (this.actions.length > 0) alarm.addAlarmAction(...this.actions);
      if (alarmTopic) alarm.addOkAction(new SnsAction(alarmTopic));
    }
    Object.assign(this.alarms, alarms);
  }

  /** Options of alarms that only events have, in a service without events. */
  private findAlarmsWithoutEvents(): string[] {
    if (this.hasEvents) return [];
    const name = Object.keys(this.props.settings.alarms).find(known => EVENT_ALARM_NAMES.includes(known));
    if (name === undefined) return [];
    return [`'monitoring.alarms' names an alarm of events, but the service publishes none, got: ${name}; set 'events: Events.eventBridge()', or leave the alarm out`];
  }

  private makeAlarms(definitions: readonly AlarmDefinition[]): MadeAlarm[] {
    const wanted = definitions.filter(({ name }) => this.props.settings.alarms[name]?.enabled !== false);
    return wanted.map(definition => this.makeAlarm(definition));
  }

  private addTopic(topic: NonNullable<MonitoringSettings['alarmTopic']>): void {
    const action = new SnsAction(topic);
    this.addActions([action]);
    for (const alarm of Object.values(this.alarms)) alarm.addOkAction(action);
  }

  private makeDashboard(alarms: readonly ActiveAlarm[], composite?: cloudwatch.IAlarm): cloudwatch.Dashboard {
    const { service, settings: { runbookUrl } } = this.props;
    return makeDashboard(this, {
      service, alarms, runbookUrl, composite: composite && { alarm: composite, heading: COMPOSITE_HEADING },
    });
  }

  private makeAlarm(definition: AlarmDefinition): MadeAlarm {
    const { name, metric, needsData } = definition;
    const { threshold = definition.threshold, periods = definition.periods } = this.props.settings.alarms[name] ?? {};
    checkPeriods(definition, periods);
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: this.buildName(name),
      alarmDescription: this.describe(definition),
      metric: new cloudwatch.Metric({ ...metric, dimensionsMap: metric.dimensions }),
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: needsData
        ? cloudwatch.TreatMissingData.BREACHING
        : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    return { definition, threshold, alarm };
  }

  private makeComposite(alarms: cloudwatch.IAlarm[]): cloudwatch.CompositeAlarm {
    return new cloudwatch.CompositeAlarm(this, COMPOSITE, {
      compositeAlarmName: this.buildName(COMPOSITE),
      alarmDescription: this.describe({
        severity: 'urgent',
        description: 'Users notice a fault: at least one of the alarms of requests and delivery is in ALARM.',
        heading: COMPOSITE_HEADING,
      }),
      alarmRule: cloudwatch.AlarmRule.anyOf(...alarms),
    });
  }

  /** The severity leads, so that rules which route messages can match it. */
  private describe(
    { severity, description, heading }: Pick<AlarmDefinition, 'severity' | 'description' | 'heading'>,
  ): string {
    return `[${severity}] ${description} ${buildRunbookLink(this.props.settings.runbookUrl, heading)}`;
  }

  /**
   * Begins with the service's name in logs and metrics, which has at most 128 of the 255 characters. Two services of an
   * account have different names.
   */
  private buildName(name: string): string {
    return `${this.props.service.serviceName}-${name}`;
  }
}

function checkPeriods({ name, metric }: AlarmDefinition, periods: number): void {
  const period = metric.period.toSeconds();
  const most = Math.floor((period < 3600 ? MAX_EVALUATION.SHORT : MAX_EVALUATION.LONG) / period);
  if (Token.isUnresolved(periods) || periods <= most) return;
  throwOptionError(
    `monitoring.alarms.${name}.periods`, `must be at most ${most}, since a period has ${period / 60} minutes`,
    `${periods}`, 'CloudWatch evaluates one day at once, or a week of periods of an hour or longer',
  );
}

function indexAlarms(alarms: readonly MadeAlarm[]): Record<string, cloudwatch.Alarm> {
  return Object.fromEntries(alarms.map(({ definition, alarm }) => [definition.name, alarm]));
}

/** A misspelt name would leave an alarm as it is. */
function checkAlarmNames({ alarms }: MonitoringSettings, definitions: readonly AlarmDefinition[]): void {
  const known = [...definitions.map(({ name }) => name), ...EVENT_ALARM_NAMES];
  const foreign = Object.keys(alarms).find(name => !known.includes(name));
  if (foreign === undefined) return;
  const fix = foreign === COMPOSITE ? "turn the composite alarm off with 'composite: false'" : `it has ${known.join(', ')}`;
  throwOptionError('monitoring.alarms', 'must name alarms of this service', foreign, fix);
}
