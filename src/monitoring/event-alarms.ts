import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { AlarmDefinition } from './alarm-definition';
import { listFunctionAlarms } from './function-alarms';

const PERIOD = Duration.minutes(5);
const LATE_MINUTES = 15;

/** The resources that publish events. */
export interface MonitoredEvents {
  readonly publisher: lambda.Function;
  readonly undelivered: sqs.IQueue;
}

/** The alarms of a service with events. A rule can turn events on after the other alarms were made. */
export const EVENT_ALARM_NAMES = [
  'EventsFunctionErrors', 'EventsFunctionThrottles', 'EventsFunctionDuration', 'EventsLate', 'EventsUndelivered',
];

/**
 * The publisher reports refused events as failed records, not as errors, so the age of the stream's records shows them.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function listEventAlarms({ publisher, undelivered }: MonitoredEvents): AlarmDefinition[] {
  return [...listFunctionAlarms('Events', publisher), {
    name: 'EventsLate',
    area: 'Lambda',
    metric: {
      namespace: 'AWS/Lambda',
      metricName: 'IteratorAge',
      dimensions: { FunctionName: publisher.functionName },
      statistic: 'Maximum',
      period: PERIOD,
    },
    threshold: 60_000 * LATE_MINUTES,
    periods: 3,
    severity: 'soon',
    heading: 'Events are late',
    description: `Changes of images have waited for ${LATE_MINUTES} minutes or longer to be published as events.`,
  }, {
    name: 'EventsUndelivered',
    area: 'SQS',
    metric: {
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: undelivered.queueName },
      statistic: 'Maximum',
      period: PERIOD,
    },
    threshold: 1,
    periods: 1,
    severity: 'soon',
    heading: 'Events were not published',
    description: 'Events could not be published for 12 hours. Their records leave the stream after 12 more.',
  }];
}
