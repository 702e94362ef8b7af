import { Duration } from 'aws-cdk-lib';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { AlarmDefinition, MetricDefinition } from './alarm-definition';
import type { MonitoredService } from './monitored-service';

const PERIOD = Duration.minutes(5);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function listQueueAlarms({ processing, delivery }: MonitoredService): AlarmDefinition[] {
  const queues = Object.entries(processing?.queues ?? {});
  return [
    ...queues.map(([name, queue]) => buildAge(name, queue, name === 'Surplus' ? 60 : 15)),
    ...delivery ? [buildAge('Invalidations', delivery.invalidationQueue, 30)] : [],
    ...processing ? [buildDeadLetters('DeadLetters', processing.deadLetterQueue, {
      heading: 'The dead-letter queue has messages',
      description: 'A message in the dead-letter queue announces an upload that no worker could process.',
    })] : [],
    ...delivery ? [buildDeadLetters('InvalidationDeadLetters', delivery.invalidationDeadLetterQueue, {
      heading: 'Invalidations failed',
      description: 'CloudFront may still deliver a deleted image: its invalidation failed for a day.',
    })] : [],
  ];
}

function buildAge(name: string, queue: sqs.IQueue, minutes: number): AlarmDefinition {
  return {
    name: `${name}Age`,
    area: 'SQS',
    metric: buildMetric(queue, 'ApproximateAgeOfOldestMessage'),
    threshold: 60 * minutes,
    periods: 3,
    severity: 'soon',
    heading: name === 'Invalidations' ? 'Invalidations wait' : 'Uploads wait for a worker',
    description: `A message has waited for ${minutes} minutes or longer in the queue ${name}.`,
  };
}

function buildDeadLetters(
  name: string, queue: sqs.IQueue, texts: Pick<AlarmDefinition, 'heading' | 'description'>,
): AlarmDefinition {
  return {
    ...texts,
    name,
    area: 'SQS',
    metric: buildMetric(queue, 'ApproximateNumberOfMessagesVisible'),
    threshold: 1,
    periods: 1,
    severity: 'soon',
  };
}

function buildMetric(queue: sqs.IQueue, metricName: string): MetricDefinition {
  return {
    namespace: 'AWS/SQS',
    metricName,
    dimensions: { QueueName: queue.queueName },
    statistic: 'Maximum',
    period: PERIOD,
  };
}
