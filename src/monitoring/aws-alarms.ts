import { Duration, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { AlarmDefinition, MetricDefinition } from './alarm-definition';
import type { MonitoredService } from './monitored-service';
import { TABLE } from '../contract';

const FIVE_MINUTES = Duration.minutes(5);
/** The operations of the API function, the worker and the sweeper. */
const TABLE_OPERATIONS = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'TransactWriteItems'];
/** The default quota of concurrent executions of an account in a Region. New accounts have 10. */
const ACCOUNT_CONCURRENCY = 1000;

/** Alarms on metrics that AWS publishes. docs/runbook.md has a section for each heading. */
export function listAwsAlarms(service: MonitoredService): AlarmDefinition[] {
  return [
    ...listApiAlarms(service),
    ...listTableAlarms(service),
    ...Object.entries(service.functions).flatMap(([name, handler]) => listFunctionAlarms(name, handler)),
    buildAccountConcurrencyAlarm(),
    ...service.hasRequestMetrics ? listBucketAlarms(service) : [],
    ...listQueueAlarms(service),
    ...listDistributionAlarms(service),
  ];
}

/**
 * The average of `5XXError` is the error rate, since it is 0 or 1 for each request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
function listApiAlarms({ api }: MonitoredService): AlarmDefinition[] {
  const area = 'API Gateway';
  const dimensions = { ApiName: api.restApiName, Stage: api.deploymentStage.stageName };
  const buildMetric = (metricName: string, statistic: string): MetricDefinition =>
    ({ namespace: 'AWS/ApiGateway', metricName, dimensions, statistic, period: FIVE_MINUTES });
  return [{
    name: 'ApiErrors',
    area,
    metric: buildMetric('5XXError', 'Average'),
    threshold: 0.01,
    periods: 2,
    missingData: 'notBreaching',
    severity: 'urgent',
    heading: 'The API answers with errors',
    description: 'At least 1 % of the API requests got a status of 500 or more.',
    isUserFacing: true,
  }, {
    name: 'ApiLatency',
    area,
    metric: buildMetric('Latency', 'p99'),
    threshold: 3000,
    periods: 3,
    missingData: 'notBreaching',
    severity: 'soon',
    heading: 'The API is slow',
    description: 'One API request in 100 takes 3 seconds or longer.',
    isUserFacing: true,
  }];
}

/**
 * `SystemErrors` exists by operation only.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
function listTableAlarms({ table: { tableName: TableName } }: MonitoredService): AlarmDefinition[] {
  const buildThrottles = (kind: 'Read' | 'Write', index?: string): AlarmDefinition => ({
    name: `${index ?? 'Table'}${kind}Throttles`,
    area: 'DynamoDB',
    metric: {
      namespace: 'AWS/DynamoDB',
      metricName: `${kind}ThrottleEvents`,
      dimensions: { TableName, ...index && { GlobalSecondaryIndexName: INDEX_NAMES[index] } },
      statistic: 'Sum',
      period: FIVE_MINUTES,
    },
    threshold: 10,
    periods: 2,
    missingData: 'notBreaching',
    severity: 'urgent',
    heading: 'DynamoDB throttles the table',
    description: `DynamoDB throttled ${kind.toLowerCase()}s of ${index ? `the index ${INDEX_NAMES[index]}` : 'the table'}.`,
    isUserFacing: index !== 'ByDue',
  });
  const places = [undefined, ...Object.keys(INDEX_NAMES)];
  return [
    ...places.flatMap(place => [buildThrottles('Read', place), buildThrottles('Write', place)]),
    ...TABLE_OPERATIONS.map((operation): AlarmDefinition => ({
      name: `Table${operation}Errors`,
      area: 'DynamoDB',
      metric: {
        namespace: 'AWS/DynamoDB',
        metricName: 'SystemErrors',
        dimensions: { TableName, Operation: operation },
        statistic: 'Sum',
        period: FIVE_MINUTES,
      },
      threshold: 5,
      periods: 2,
      missingData: 'notBreaching',
      severity: 'soon',
      heading: 'DynamoDB answers with errors',
      description: `DynamoDB answered ${operation} with a status of 500 or more.`,
    })),
  ];
}

const INDEX_NAMES: Record<string, string> = { ByUser: TABLE.BY_USER.NAME, ByDue: TABLE.BY_DUE.NAME };

/**
 * The average of `Errors` is the error rate, since it is 0 or 1 for each invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
function listFunctionAlarms(name: string, handler: lambda.Function): AlarmDefinition[] {
  const buildMetric = (metricName: string, statistic: string): MetricDefinition => ({
    namespace: 'AWS/Lambda',
    metricName,
    dimensions: { FunctionName: handler.functionName },
    statistic,
    period: FIVE_MINUTES,
  });
  const common = { area: 'Lambda', missingData: 'notBreaching' } as const;
  const isUserFacing = USER_FACING.includes(name);
  const severity = isUserFacing ? 'urgent' : 'soon';
  const { reservedConcurrentExecutions: reserved } = handler.node.defaultChild as lambda.CfnFunction;
  return [{
    ...common,
    name: `${name}Errors`,
    metric: buildMetric('Errors', 'Average'),
    threshold: 0.05,
    periods: 3,
    severity,
    heading: 'A function fails',
    description: `At least 5 % of the invocations of the function ${name} failed.`,
    isUserFacing,
  }, {
    ...common,
    name: `${name}Throttles`,
    metric: buildMetric('Throttles', 'Sum'),
    threshold: 5,
    periods: 3,
    severity,
    heading: 'Lambda throttles a function',
    description: `Lambda throttled invocations of the function ${name}.`,
    isUserFacing,
  }, {
    ...common,
    name: `${name}Duration`,
    metric: buildMetric('Duration', 'Maximum'),
    threshold: 0.9 * handler.timeout!.toMilliseconds(),
    periods: 2,
    severity: 'soon',
    heading: 'A function nears its timeout',
    description: `An invocation of the function ${name} took 90 % of its timeout or longer.`,
  }, ...reserved ? [{
    ...common,
    name: `${name}Concurrency`,
    metric: buildMetric('ConcurrentExecutions', 'Maximum'),
    threshold: Math.ceil(0.9 * reserved),
    periods: 3,
    severity: 'soon',
    heading: 'Concurrency nears its limit',
    description: `The function ${name} uses 90 % of its reserved concurrency or more.`,
  } satisfies AlarmDefinition] : []];
}

/** Functions that a user waits for. */
const USER_FACING = ['Api', 'Transform'];

function buildAccountConcurrencyAlarm(): AlarmDefinition {
  return {
    name: 'AccountConcurrency',
    area: 'Lambda',
    metric: {
      namespace: 'AWS/Lambda',
      metricName: 'ConcurrentExecutions',
      dimensions: {},
      statistic: 'Maximum',
      period: FIVE_MINUTES,
    },
    threshold: 0.8 * ACCOUNT_CONCURRENCY,
    periods: 2,
    missingData: 'notBreaching',
    severity: 'soon',
    heading: 'Concurrency nears its limit',
    description: 'All functions of the account in this Region together use 800 concurrent executions or more.',
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html */
function listBucketAlarms({ bucket }: MonitoredService): AlarmDefinition[] {
  const build = (metricName: string): MetricDefinition => ({
    namespace: 'AWS/S3',
    metricName,
    dimensions: { BucketName: bucket.bucketName, FilterId: REQUEST_METRICS_ID },
    statistic: 'Average',
    period: FIVE_MINUTES,
  });
  return [{
    name: 'StorageClientErrors',
    area: 'S3',
    metric: build('4xxErrors'),
    threshold: 0.25,
    periods: 3,
    missingData: 'notBreaching',
    severity: 'soon',
    heading: 'Storage refuses requests for originals',
    description: 'S3 refused at least a quarter of the requests for originals with a status from 400 to 499.',
  }, {
    name: 'StorageServerErrors',
    area: 'S3',
    metric: build('5xxErrors'),
    threshold: 0.05,
    periods: 3,
    missingData: 'notBreaching',
    severity: 'urgent',
    heading: 'Storage answers with errors',
    description: 'S3 answered at least 5 % of the requests for originals with a status of 500 or more.',
    isUserFacing: true,
  }];
}

/** Id of the request metrics of originals. */
export const REQUEST_METRICS_ID = 'originals';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
function listQueueAlarms({ processing, delivery }: MonitoredService): AlarmDefinition[] {
  const build = (queue: sqs.IQueue, metricName: string): MetricDefinition => ({
    namespace: 'AWS/SQS',
    metricName,
    dimensions: { QueueName: queue.queueName },
    statistic: 'Maximum',
    period: FIVE_MINUTES,
  });
  const queues = Object.entries(processing?.queues ?? {});
  const buildAge = (name: string, queue: sqs.IQueue, minutes: number): AlarmDefinition => ({
    name: `${name}Age`,
    area: 'SQS',
    metric: build(queue, 'ApproximateAgeOfOldestMessage'),
    threshold: 60 * minutes,
    periods: 3,
    missingData: 'notBreaching',
    severity: 'soon',
    heading: name === 'Invalidations' ? 'Invalidations wait' : 'Uploads wait for a worker',
    description: `A message has waited for ${minutes} minutes or longer in the queue ${name}.`,
  });
  return [
    ...queues.map(([name, queue]) => buildAge(name, queue, name === 'Surplus' ? 60 : 15)),
    ...delivery ? [buildAge('Invalidations', delivery.invalidationQueue, 30)] : [],
    ...processing ? [{
      name: 'DeadLetters',
      area: 'SQS',
      metric: build(processing.deadLetterQueue, 'ApproximateNumberOfMessagesVisible'),
      threshold: 1,
      periods: 1,
      missingData: 'notBreaching',
      severity: 'soon',
      heading: 'The dead-letter queue has messages',
      description: 'A message in the dead-letter queue announces an upload that no worker could process.',
    } satisfies AlarmDefinition] : [],
  ];
}

/**
 * CloudFront's metrics are in us-east-1, and an alarm sees metrics of its own Region only.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
 */
function listDistributionAlarms({ api, delivery }: MonitoredService): AlarmDefinition[] {
  if (!delivery || Stack.of(api).region !== 'us-east-1') return [];
  return [{
    name: 'DeliveryErrors',
    area: 'CloudFront',
    metric: {
      namespace: 'AWS/CloudFront',
      metricName: '5xxErrorRate',
      dimensions: { DistributionId: delivery.distribution.distributionId, Region: 'Global' },
      statistic: 'Average',
      period: FIVE_MINUTES,
    },
    // A percentage, unlike the rates above.
    threshold: 1,
    periods: 2,
    missingData: 'notBreaching',
    severity: 'urgent',
    heading: 'CloudFront answers with errors',
    description: 'At least 1 % of the requests to CloudFront got a status of 500 or more.',
    isUserFacing: true,
  }];
}
