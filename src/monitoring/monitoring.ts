import { Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { checkActions } from './alarm-checks';
import type { AlarmOptions } from './alarm-options';
import { buildLogSettings } from './log-options';
import type { MonitoringSettings } from './monitoring-settings';
import { buildTraceSettings, TELEMETRY_OPTIONS, type TelemetryOptions } from './telemetry-options';
import type { LogSettings } from '../private/log-settings';
import type { TraceSettings } from '../private/trace-settings';
import {
  checkBoolean, checkKnownText, checkList, checkNames, checkResource, checkWholeNumber, describeValue, listOptionNames,
  makeFromOptions, throwOptionError, withOptionPath,
} from '../private/validate';

/** Options of `Monitoring.of()`. */
export interface MonitoringOptions extends TelemetryOptions {
  /**
   * Topic that gets a message when an alarm goes off, and another when it is over. docs/runbook.md sends the urgent
   * ones to a pager. The service adds its alarms to the policy that `enforceSSL` makes. Any other policy of the topic
   * must let `cloudwatch.amazonaws.com` publish. The policy of the topic's key, if it has one, must let it use
   * `kms:Decrypt` and `kms:GenerateDataKey*`: CloudWatch cannot use the key `alias/aws/sns`.
   * @default - no message; `addAlarmAction` and `alarms` of the service can add one
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * Further actions of all alarms, when an alarm goes off. For a function, subscribe it to `alarmTopic`: with
   * `LambdaAction`, the permissions of all alarms exceed the 20 KB that the policy of a function may have.
   * @default - no action
   */
  readonly alarmActions?: cloudwatch.IAlarmAction[];

  /**
   * Changes of alarms by their names, such as `{ ApiErrors: { threshold: 0.05 }, ApiLatency: { enabled: false } }`.
   * @default - all alarms of docs/runbook.md, with the thresholds given there
   */
  readonly alarms?: { [name: string]: AlarmOptions };

  /**
   * Whether a composite alarm `Unhealthy` goes off with any alarm that users notice. Emulators cannot deploy it.
   * @default true
   */
  readonly composite?: boolean;

  /**
   * Whether the service has a dashboard: its health, requests, processing and cost. It costs $3 a month. The first
   * three dashboards of an account are free if they have at most 50 metrics each, as this one has. Each view also runs
   * two queries over the logs of its time range, for $0.005 a GB.
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Whether CloudWatch Logs Insights has saved queries over the logs of the service, such as the history of an image.
   * They cost nothing until you run one. Emulators cannot deploy them.
   * @default true
   */
  readonly savedQueries?: boolean;

  /**
   * Whether S3 publishes request metrics for originals, which two alarms need. S3 charges them like custom metrics:
   * about $0.30 a month for each of up to 16 metrics that have requests. Your own bucket keeps its settings: turn its
   * metrics on with the id and the prefix of docs/runbook.md, and then set this to true.
   * @default - true; false with your own bucket
   */
  readonly storageMetrics?: boolean;

  /**
   * Address of a runbook with the headings of docs/runbook.md. The description of each alarm links to its heading. An
   * http or https URL of at most 512 characters, without a fragment.
   * @default - the runbook of this project
   */
  readonly runbookUrl?: string;
}

const ALARM_OPTIONS = listOptionNames<AlarmOptions>({ enabled: true, threshold: true, periods: true });
const OPTIONS = listOptionNames<MonitoringOptions>({
  alarmTopic: true,
  alarmActions: true,
  alarms: true,
  composite: true,
  dashboard: true,
  savedQueries: true,
  storageMetrics: true,
  runbookUrl: true,
  ...TELEMETRY_OPTIONS,
});

const NONE_OPTIONS = listOptionNames<TelemetryOptions>(TELEMETRY_OPTIONS);

const TOPIC_KIND = {
  kind: 'sns.ITopic',
  member: 'topicArn',
  example: "sns.Topic.fromTopicArn(this, 'Alarms', topicArn)",
};

const RUNBOOK_URL = 'https://github.com/cdk-image-service/cdk-image-service/blob/main/docs/runbook.md';

/** Alarms, a dashboard, the metrics that they need, and the settings of logs and traces. */
export class Monitoring {
  /**
   * Makes an alarm for each way in which the service can fail, and a dashboard. docs/runbook.md has a section for each
   * alarm.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix. The name of an
   * alarm is checked when the service is made, because its alarms depend on its other props
   */
  public static of(options: MonitoringOptions = {}): Monitoring {
    return makeFromOptions('monitoring', 'Monitoring.of()', options, OPTIONS, () => {
      checkOptions(options);
      return new Monitoring(options, buildLogSettings(options), buildTraceSettings(options));
    });
  }

  /**
   * Makes no alarms, no dashboard and no metrics of storage. The functions still write logs, publish the service's own
   * metrics and are traced by X-Ray; `{ tracing: Tracing.none() }` turns the traces off, too.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static none(options: TelemetryOptions = {}): Monitoring {
    return makeFromOptions('monitoring', 'Monitoring.none()', options, NONE_OPTIONS, () => (
      new Monitoring(undefined, buildLogSettings(options), buildTraceSettings(options))
    ));
  }

  private constructor(
    private readonly options: MonitoringOptions | undefined,
    /** @internal */
    public readonly _logs: LogSettings,
    /** @internal */
    public readonly _traces: TraceSettings,
  ) {}

  /**
   * The options with their defaults; undefined with `Monitoring.none()`.
   * @internal
   */
  public get _settings(): MonitoringSettings | undefined {
    if (!this.options) return undefined;
    const { alarmTopic, alarmActions = [], alarms = {} } = this.options;
    const { composite = true, dashboard = true, savedQueries = true } = this.options;
    const { storageMetrics, runbookUrl = RUNBOOK_URL } = this.options;
    return { alarmTopic, alarmActions, alarms, composite, dashboard, savedQueries, storageMetrics, runbookUrl };
  }

  /**
   * Whether S3 publishes request metrics of originals.
   * @internal
   */
  public _needsRequestMetrics(isOwnBucket: boolean): boolean {
    return this._settings !== undefined && (this._settings.storageMetrics ?? !isOwnBucket);
  }
}

function checkOptions(options: MonitoringOptions): void {
  checkResource('alarmTopic', options.alarmTopic, TOPIC_KIND);
  checkList('alarmActions', options.alarmActions, '[new SnsAction(topic)]');
  checkActions('alarmActions', options.alarmActions ?? []);
  for (const name of ['composite', 'dashboard', 'savedQueries', 'storageMetrics'] as const) {
    checkBoolean(name, options[name]);
  }
  checkRunbook(options.runbookUrl);
  const { alarms = {} } = options;
  if (typeof alarms !== 'object' || alarms === null || Array.isArray(alarms)) {
    throwOptionError('alarms', 'must be an object', describeValue(alarms), 'write it like { ApiErrors: { threshold: 0.05 } }');
  }
  for (const [name, alarm] of Object.entries(alarms)) checkAlarm(name, alarm);
}

/** Descriptions of alarms and the dashboard hold it as a link. `URL` would accept line breaks, and drop them. */
const WEB_ADDRESS = /^https?:\/\/[^\s#]+$/;

function checkRunbook(url: unknown): void {
  if (url === undefined) return;
  checkKnownText('runbookUrl', url);
  // CloudWatch allows 1024 characters for the whole description.
  if (typeof url === 'string' && WEB_ADDRESS.test(url) && URL.canParse(url) && url.length <= 512) return;
  const rule = 'must be an http or https URL of at most 512 characters without blanks or a fragment';
  throwOptionError('runbookUrl', rule, describeValue(url), 'write it like https://wiki.example.com/images');
}

function checkAlarm(name: string, alarm: AlarmOptions): void {
  const option = `alarms.${name}`;
  if (typeof alarm !== 'object' || alarm === null) {
    throwOptionError(option, 'must be an object of options', describeValue(alarm), `it has ${ALARM_OPTIONS.join(', ')}`);
  }
  withOptionPath(`monitoring.${option}`, () => checkNames('an alarm', alarm, ALARM_OPTIONS));
  checkBoolean(`${option}.enabled`, alarm.enabled);
  checkWholeNumber(`${option}.periods`, alarm.periods, { min: 1, max: 100, fix: 'use a number in this range' });
  const { threshold } = alarm;
  if (threshold === undefined || Token.isUnresolved(threshold)) return;
  if (typeof threshold === 'number' && threshold > 0 && Number.isFinite(threshold)) return;
  throwOptionError(`${option}.threshold`, 'must be a number of more than 0', describeValue(threshold), 'turn an alarm off with enabled: false');
}
