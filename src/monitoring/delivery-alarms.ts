import { Duration, Stack } from 'aws-cdk-lib';
import type { AlarmDefinition } from './alarm-definition';
import type { MonitoredService } from './monitored-service';

const PERIOD = Duration.minutes(5);

/**
 * CloudFront's metrics are in us-east-1, and an alarm sees metrics of its own Region only.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
 */
export function listDistributionAlarms({ api, delivery }: MonitoredService): AlarmDefinition[] {
  if (!delivery || Stack.of(api).region !== 'us-east-1') return [];
  return [{
    name: 'DeliveryErrors',
    area: 'CloudFront',
    metric: {
      namespace: 'AWS/CloudFront',
      metricName: '5xxErrorRate',
      dimensions: { DistributionId: delivery.distribution.distributionId, Region: 'Global' },
      statistic: 'Average',
      period: PERIOD,
    },
    // A percentage, unlike the rates above.
    threshold: 1,
    periods: 2,
    severity: 'urgent',
    heading: 'CloudFront answers with errors',
    description: 'At least 1 % of the requests to CloudFront got a status of 500 or more.',
    isUserFacing: true,
  }];
}
