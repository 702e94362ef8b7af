import { Duration } from 'aws-cdk-lib';
import type { AlarmDefinition, MetricDefinition } from './alarm-definition';
import type { MonitoredService } from './monitored-service';

const PERIOD = Duration.minutes(5);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html */
export function listBucketAlarms({ bucket, requestMetricsId }: MonitoredService): AlarmDefinition[] {
  const build = (metricName: string): MetricDefinition => ({
    namespace: 'AWS/S3',
    metricName,
    dimensions: { BucketName: bucket.bucketName, FilterId: requestMetricsId! },
    statistic: 'Average',
    period: PERIOD,
  });
  return [{
    name: 'StorageClientErrors',
    area: 'S3',
    metric: build('4xxErrors'),
    threshold: 0.25,
    periods: 3,
    severity: 'soon',
    heading: 'Storage refuses requests for originals',
    description: 'S3 refused at least a quarter of the requests for originals with a status from 400 to 499.',
  }, {
    name: 'StorageServerErrors',
    area: 'S3',
    metric: build('5xxErrors'),
    threshold: 0.05,
    periods: 3,
    severity: 'urgent',
    heading: 'Storage answers with errors',
    description: 'S3 answered at least 5 % of the requests for originals with a status of 500 or more.',
    isUserFacing: true,
  }];
}
