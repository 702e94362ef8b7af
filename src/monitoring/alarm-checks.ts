import { Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarm-definition';
import type { MonitoringSettings } from './monitoring-settings';
import { findSimilar } from '../private/similar';
import { describeValue, throwOptionError } from '../private/validate';

/** Name of the composite alarm. */
export const COMPOSITE = 'Unhealthy';

/**
 * Longest time of all periods together, in seconds: a day, or a week if one period is an hour or longer.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const MAX_EVALUATION = { SHORT: 86_400, LONG: 604_800 };

/** Objects of other jsii languages, or of another copy of the library, are of another class. */
export function checkActions(option: string, actions: readonly unknown[]): void {
  for (const action of actions) {
    if (typeof (action as cloudwatch.IAlarmAction | undefined)?.bind === 'function') continue;
    const fix = 'write it like [new SnsAction(topic)], with SnsAction of aws-cdk-lib/aws-cloudwatch-actions';
    throwOptionError(option, 'must hold alarm actions', describeValue(action), fix);
  }
}

export function checkPeriods({ name, metric }: AlarmDefinition, periods: number): void {
  const period = metric.period.toSeconds();
  const most = Math.floor((period < 3600 ? MAX_EVALUATION.SHORT : MAX_EVALUATION.LONG) / period);
  if (Token.isUnresolved(periods) || periods <= most) return;
  throwOptionError(
    `monitoring.alarms.${name}.periods`, `must be at most ${most}, since a period has ${period / 60} minutes`,
    `${periods}`, 'CloudWatch evaluates one day at once, or a week of periods of an hour or longer',
  );
}

/** Every alarm on an average watches a rate. With a threshold above the whole, it would never go off. */
export function checkRate({ name, metric }: AlarmDefinition, threshold: number): void {
  if (metric.statistic !== 'Average' || Token.isUnresolved(threshold)) return;
  const isPercentage = metric.namespace === 'AWS/CloudFront';
  const most = isPercentage ? 100 : 1;
  if (threshold <= most) return;
  throwOptionError(
    `monitoring.alarms.${name}.threshold`, `must be at most ${most}, since it is a ${isPercentage ? 'percentage' : 'fraction'}`,
    `${threshold}`, `write 5 % as ${0.05 * most}`,
  );
}

/** A misspelt name would leave an alarm as it is. */
export function checkAlarmNames({ alarms }: MonitoringSettings, known: readonly string[]): void {
  const foreign = Object.keys(alarms).find(name => !known.includes(name));
  if (foreign === undefined) return;
  throwOptionError('monitoring.alarms', 'must name alarms of this service', foreign, buildAdvice(foreign, known));
}

function buildAdvice(foreign: string, known: readonly string[]): string {
  if (foreign === COMPOSITE) return "turn the composite alarm off with 'composite: false'";
  const similar = findSimilar(foreign, known);
  if (similar !== undefined) return `did you mean ${similar}?`;
  return `alarms of parts that it lacks do not exist, and it has ${known.join(', ')}`;
}
