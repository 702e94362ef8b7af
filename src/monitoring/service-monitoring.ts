import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { countThrottledRequests } from './access-log-metrics';
import { checkAlarmNames, checkPeriods, checkRate, COMPOSITE } from './alarm-checks';
import type { AlarmDefinition } from './alarm-definition';
import { listAlarms } from './alarm-table';
import { makeDashboard } from './dashboard';
import type { ActiveAlarm } from './dashboard/dashboard-input';
import { EVENT_ALARM_NAMES, listEventAlarms, type MonitoredEvents } from './event-alarms';
import type { MonitoredService } from './monitored-service';
import type { MonitoringSettings } from './monitoring-settings';
import { buildRunbookLink } from './runbook';
import { makeSavedQueries } from './saved-queries';

export interface ServiceMonitoringProps {
  readonly settings: MonitoringSettings;
  readonly service: MonitoredService;
}

const COMPOSITE_HEADING = 'The service is unhealthy';

type MadeAlarm = ActiveAlarm & { readonly alarm: cloudwatch.Alarm };

/** The alarms and the dashboard of a service. */
export class ServiceMonitoring extends Construct {
  /** All alarms by name, the composite one too. */
  public readonly alarms: Readonly<Record<string, cloudwatch.AlarmBase>>;
  public readonly dashboard?: cloudwatch.Dashboard;
  private readonly active: MadeAlarm[];
  private hasEvents = false;
  private readonly actions: cloudwatch.IAlarmAction[] = [];

  constructor(scope: Construct, id: string, private readonly props: ServiceMonitoringProps) {
    super(scope, id);
    const { settings, service } = props;
    countThrottledRequests(this, service);
    if (settings.savedQueries) makeSavedQueries(this, service);
    const definitions = listAlarms(service);
    checkAlarmNames(settings, [...definitions.map(({ name }) => name), ...EVENT_ALARM_NAMES]);
    this.active = this.makeAlarms(definitions);
    const userFacing = this.active.filter(({ definition }) => definition.isUserFacing).map(({ alarm }) => alarm);
    const composite = settings.composite && userFacing.length > 0 ? this.makeComposite(userFacing) : undefined;
    this.alarms = { ...indexAlarms(this.active), ...composite && { [COMPOSITE]: composite } };
    if (settings.alarmTopic) this.addTopic(settings.alarmTopic);
    this.addActions(settings.alarmActions);
    if (settings.dashboard) this.dashboard = this.makeDashboard(composite);
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
    const made = this.makeAlarms(listEventAlarms(events));
    this.active.push(...made);
    const alarms = indexAlarms(made);
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
    this.grantPublish(topic);
  }

  /**
   * SNS's default policy lets CloudWatch publish. A policy of the topic replaces it, and `enforceSSL` makes one.
   * https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
   */
  private grantPublish(topic: NonNullable<MonitoringSettings['alarmTopic']>): void {
    if (!topic.node.tryFindChild('Policy')) return;
    const alarms = Stack.of(this).formatArn({
      service: 'cloudwatch', resource: 'alarm', resourceName: this.buildName('*'), arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    topic.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { ArnLike: { 'aws:SourceArn': alarms } },
    }));
  }

  private makeDashboard(composite?: cloudwatch.IAlarm): cloudwatch.Dashboard {
    const { active: alarms, props: { service, settings: { runbookUrl } } } = this;
    return makeDashboard(this, {
      service, alarms, runbookUrl, composite: composite && { alarm: composite, heading: COMPOSITE_HEADING },
    });
  }

  private makeAlarm(definition: AlarmDefinition): MadeAlarm {
    const { name, metric, needsData } = definition;
    const { threshold = definition.threshold, periods = definition.periods } = this.props.settings.alarms[name] ?? {};
    checkPeriods(definition, periods);
    checkRate(definition, threshold);
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: this.buildName(name),
      alarmDescription: this.describe({
        ...definition, description: definition.description + describeChanges(definition, threshold, periods),
      }),
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

/** The sentence of a definition has the numbers of the definition. */
function describeChanges(definition: AlarmDefinition, threshold: number, periods: number): string {
  const write = (value: number) => Token.isUnresolved(value) ? 'of a parameter' : value;
  const changes = [
    ...threshold === definition.threshold ? [] : [`threshold ${write(threshold)}`],
    ...periods === definition.periods ? [] : [`periods ${write(periods)}`],
  ];
  return changes.length === 0 ? '' : ` Changed by props: ${changes.join(', ')}.`;
}

function indexAlarms(alarms: readonly MadeAlarm[]): Record<string, cloudwatch.Alarm> {
  return Object.fromEntries(alarms.map(({ definition, alarm }) => [definition.name, alarm]));
}
