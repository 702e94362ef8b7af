import type { Target } from '../deployment';

export interface Ignored {
  readonly on: readonly Target[];
  readonly type: string;
  /** Path below the resource's properties, with dots; everything below the path is ignored as well. */
  readonly property: string;
  /** Set for properties that are created correctly, but not updated when the template changes. */
  readonly inUpdates?: true;
  /** Describes the emulator's behaviour, and names the test that covers the property. */
  readonly reason: string;
}

/** Resources that an emulator ignores as a whole, with all their properties. */
const IGNORED_WHOLE: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudWatch::Dashboard': ['DashboardBody', 'DashboardName'],
  'AWS::Logs::MetricFilter': ['FilterPattern', 'LogGroupName', 'MetricTransformations'],
};

/**
 * Properties of the template that an emulator is known to ignore. The specs fail if the emulator no longer ignores one;
 * then remove it here. A new entry is a decision: it says that only the emulator is wrong.
 */
export const IGNORED: readonly Ignored[] = [
  {
    on: ['ministack', 'localstack'],
    type: 'AWS::S3::Bucket',
    property: 'LifecycleConfiguration',
    reason: 'Makes the bucket without rules.',
  },
  {
    on: ['ministack', 'localstack'],
    type: 'AWS::S3::Bucket',
    property: 'MetricsConfigurations',
    reason: 'Makes the bucket without request metrics. test/construct/monitoring.test.ts reads the template.',
  },
  {
    on: ['ministack', 'localstack'],
    type: 'AWS::DynamoDB::Table',
    property: 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled',
    reason: 'Leaves it off.',
  },
  {
    on: ['ministack'],
    type: 'AWS::DynamoDB::Table',
    property: 'TimeToLiveSpecification',
    reason: 'Leaves it off in stacks, although its DynamoDB knows UpdateTimeToLive. LocalStack does as it is told.',
  },
  {
    on: ['ministack'],
    type: 'AWS::ApiGateway::RestApi',
    property: 'EndpointConfiguration.Types',
    reason: 'Keeps what the template calls `Types`, and answers with `types`. LocalStack translates it.',
  },
  {
    on: ['ministack', 'localstack'],
    type: 'AWS::ApiGateway::Stage',
    property: 'AccessLogSetting',
    reason: 'Makes the stage without it.',
  },
  {
    on: ['localstack'],
    type: 'AWS::ApiGateway::Stage',
    property: 'MethodSettings',
    reason: 'Makes the stage without them, and throttles nothing. MiniStack does as it is told.',
  },
  {
    on: ['localstack'],
    type: 'AWS::S3::BucketPolicy',
    property: 'PolicyDocument.Statement.1.Condition.NumericGreaterThan.s3:signatureAge',
    inUpdates: true,
    reason: 'Logs that its updates of bucket policies are not implemented. The second deployment changes the lifetime of URLs.',
  },
  {
    on: ['localstack'],
    type: 'AWS::Logs::LogGroup',
    property: 'RetentionInDays',
    reason: 'Keeps logs for ever. MiniStack does as it is told.',
  },
  ...['AWS::CloudWatch::Dashboard', 'AWS::Logs::MetricFilter'].flatMap(type => IGNORED_WHOLE[type].map(property => ({
    on: ['localstack' as const],
    type,
    property,
    reason: 'Makes none, and reports success. MiniStack does as it is told; test/construct/dashboard.test.ts and test/monitoring read the template.',
  }))),
];
