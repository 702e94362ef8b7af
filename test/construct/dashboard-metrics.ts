/** A metric of AWS, with each set of dimensions in which it exists, and the statistics that mean something. */
interface Documented {
  readonly dimensions: readonly (readonly string[])[];
  readonly statistics: readonly string[];
}

const METHODS = [['ApiName', 'Stage']];
const DISTRIBUTION = [['DistributionId', 'Region']];
const FUNCTION = [['FunctionName']];
const QUEUE = [['QueueName']];
const FILTER = [['BucketName', 'FilterId']];
const TABLE_OR_INDEX = [['TableName'], ['GlobalSecondaryIndexName', 'TableName']];

/** The metrics of AWS that the dashboard shows, from AWS's documentation. */
export const DOCUMENTED: Readonly<Record<string, Readonly<Record<string, Documented>>>> = {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
  'AWS/ApiGateway': {
    'Count': { dimensions: METHODS, statistics: ['Sum'] },
    '4XXError': { dimensions: METHODS, statistics: ['Sum', 'Average'] },
    '5XXError': { dimensions: METHODS, statistics: ['Sum', 'Average'] },
    'Latency': { dimensions: METHODS, statistics: ['Average', 'p50', 'p99'] },
  },
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
  'AWS/CloudFront': {
    'Requests': { dimensions: DISTRIBUTION, statistics: ['Sum'] },
    'BytesDownloaded': { dimensions: DISTRIBUTION, statistics: ['Sum'] },
    '4xxErrorRate': { dimensions: DISTRIBUTION, statistics: ['Average'] },
    '5xxErrorRate': { dimensions: DISTRIBUTION, statistics: ['Average'] },
  },
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  'AWS/Lambda': {
    Invocations: { dimensions: FUNCTION, statistics: ['Sum'] },
    Errors: { dimensions: FUNCTION, statistics: ['Sum', 'Average'] },
    Duration: { dimensions: FUNCTION, statistics: ['Sum', 'Average', 'Maximum', 'p50', 'p99'] },
  },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  'AWS/SQS': {
    ApproximateNumberOfMessagesVisible: { dimensions: QUEUE, statistics: ['Maximum', 'Average'] },
    ApproximateAgeOfOldestMessage: { dimensions: QUEUE, statistics: ['Maximum', 'Average'] },
  },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
  'AWS/DynamoDB': {
    ConsumedReadCapacityUnits: { dimensions: TABLE_OR_INDEX, statistics: ['Sum'] },
    ConsumedWriteCapacityUnits: { dimensions: TABLE_OR_INDEX, statistics: ['Sum'] },
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
  'AWS/S3': {
    PutRequests: { dimensions: FILTER, statistics: ['Sum'] },
    GetRequests: { dimensions: FILTER, statistics: ['Sum'] },
  },
};
