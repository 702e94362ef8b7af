import { render, type MetricId, type TemplateAlarm, type TemplateJson } from './template-alarms';

interface Documented {
  /** The page that names the metrics, their dimensions and statistics. */
  readonly page: string;
  /** Valid statistics by metric. */
  readonly statistics: Readonly<Record<string, readonly string[]>>;
  /** Sets of dimensions under which the metrics are published. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
}

const ALL = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'];

/** Metrics that AWS publishes, as far as the service's alarms may use them. Read in November 2026. */
export const DOCUMENTED: Readonly<Record<string, Documented>> = {
  'AWS/ApiGateway': {
    page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html',
    statistics: {
      '4XXError': ['Sum', 'Average', 'SampleCount'],
      '5XXError': ['Sum', 'Average', 'SampleCount'],
      'Count': ['Sum', 'SampleCount'],
      'Latency': ['Average', 'Minimum', 'Maximum', 'p50', 'p90', 'p99'],
      'IntegrationLatency': ['Average', 'Minimum', 'Maximum', 'p50', 'p90', 'p99'],
    },
    dimensions: { '*': ['ApiName,Stage', 'ApiName', 'ApiName,Method,Resource,Stage'] },
  },
  'AWS/CloudFront': {
    page: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html',
    statistics: { '5xxErrorRate': ['Average'], '4xxErrorRate': ['Average'], 'Requests': ['Sum'] },
    dimensions: { '*': ['DistributionId,Region'] },
  },
  'AWS/DynamoDB': {
    page: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    statistics: {
      ReadThrottleEvents: ['SampleCount', 'Sum'],
      WriteThrottleEvents: ['Sum', 'SampleCount'],
      SystemErrors: ['Sum', 'SampleCount'],
    },
    dimensions: {
      '*': ['TableName', 'GlobalSecondaryIndexName,TableName'],
      'SystemErrors': ['Operation,TableName'],
    },
  },
  'AWS/Lambda': {
    page: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    statistics: {
      // Binary indicators of the outcome of an invocation, so that the average is the rate.
      Errors: ['Sum', 'Average'],
      Throttles: ['Sum'],
      Duration: ['Average', 'Maximum', 'p99'],
      ConcurrentExecutions: ['Maximum'],
      // Streams only: the age of the last record of a batch, in milliseconds.
      IteratorAge: ['Average', 'Maximum', 'p99'],
    },
    dimensions: { '*': ['FunctionName'], 'ConcurrentExecutions': ['', 'FunctionName'] },
  },
  'AWS/S3': {
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html',
    statistics: { '4xxErrors': ALL, '5xxErrors': ALL },
    dimensions: { '*': ['BucketName,FilterId'] },
  },
  'AWS/SQS': {
    page: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    statistics: { ApproximateAgeOfOldestMessage: ALL, ApproximateNumberOfMessagesVisible: ALL },
    dimensions: { '*': ['QueueName'] },
  },
};

/** Operations of `SystemErrors`, on the page of DynamoDB's metrics. */
const OPERATIONS = [
  'PutItem', 'DeleteItem', 'UpdateItem', 'GetItem', 'BatchGetItem', 'Scan', 'Query', 'BatchWriteItem',
  'TransactWriteItems', 'TransactGetItems',
];

/** Lists the names of an alarm's metric that AWS does not document, and its ids that the template lacks. */
export function findUnknown(template: TemplateJson, { metric, statistic }: TemplateAlarm): string[] {
  const { namespace, name, dimensions } = metric;
  const documented = Object.hasOwn(DOCUMENTED, namespace) ? DOCUMENTED[namespace] : undefined;
  if (!documented) return [`namespace ${namespace}`];
  if (!Object.hasOwn(documented.statistics, name)) return [`metric ${name}`];
  const set = Object.keys(dimensions).sort().join();
  return [
    ...documented.statistics[name].includes(statistic) ? [] : [`statistic ${statistic}`],
    ...(documented.dimensions[name] ?? documented.dimensions['*']).includes(set) ? [] : [`dimensions ${set}`],
    ...Object.keys(dimensions).filter(dimension => !isKnownValue(template, metric, dimension)).map(
      dimension => `value of ${dimension}`,
    ),
  ];
}

function isKnownValue(template: TemplateJson, { dimensions }: MetricId, dimension: string): boolean {
  const values = VALUES[dimension]?.(template, dimensions) ?? [];
  return values.includes(dimensions[dimension]);
}

type Values = (template: TemplateJson, dimensions: Readonly<Record<string, string>>) => string[];

/** The values that a dimension can have in this template. */
const VALUES: Readonly<Record<string, Values>> = {
  ApiName: template => list(template, 'AWS::ApiGateway::RestApi').map(({ Properties }) => Properties.Name),
  Stage: template => listReferences(template, 'AWS::ApiGateway::Stage'),
  DistributionId: template => listReferences(template, 'AWS::CloudFront::Distribution'),
  Region: () => ['Global'],
  TableName: template => listReferences(template, 'AWS::DynamoDB::Table'),
  GlobalSecondaryIndexName: (template, { TableName }) => (
    findReferenced(template, TableName)?.GlobalSecondaryIndexes ?? []
  ).map(({ IndexName }: Record<string, string>) => IndexName),
  Operation: () => OPERATIONS,
  FunctionName: template => listReferences(template, 'AWS::Lambda::Function'),
  BucketName: template => listReferences(template, 'AWS::S3::Bucket'),
  FilterId: (template, { BucketName }) => (
    findReferenced(template, BucketName)?.MetricsConfigurations ?? []
  ).map(({ Id }: Record<string, string>) => Id),
  QueueName: template => list(template, 'AWS::SQS::Queue').map(({ id }) => render({ 'Fn::GetAtt': [id, 'QueueName'] })),
};

function list({ Resources }: TemplateJson, type: string) {
  const found = Object.entries(Resources).filter(([, { Type }]) => Type === type);
  return found.map(([id, resource]) => ({ id, ...resource }));
}

function listReferences(template: TemplateJson, type: string): string[] {
  return list(template, type).map(({ id }) => render({ Ref: id }));
}

function findReferenced({ Resources }: TemplateJson, value = '{}'): Record<string, any> | undefined {
  const { Ref } = JSON.parse(value) as { Ref?: string };
  return Ref === undefined ? undefined : Resources[Ref]?.Properties;
}
