import { Duration } from 'aws-cdk-lib';
import type { AlarmDefinition, MetricDefinition } from './alarm-definition';
import type { MonitoredService } from './monitored-service';

const PERIOD = Duration.minutes(5);

/**
 * The average of `5XXError` is the error rate, since it is 0 or 1 for each request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
export function listApiAlarms({ api }: MonitoredService): AlarmDefinition[] {
  const area = 'API Gateway';
  const dimensions = { ApiName: api.restApiName, Stage: api.deploymentStage.stageName };
  const buildMetric = (metricName: string, statistic: string): MetricDefinition =>
    ({ namespace: 'AWS/ApiGateway', metricName, dimensions, statistic, period: PERIOD });
  return [{
    name: 'ApiErrors',
    area,
    metric: buildMetric('5XXError', 'Average'),
    threshold: 0.01,
    periods: 2,
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
    severity: 'soon',
    heading: 'The API is slow',
    description: 'One API request in 100 takes 3 seconds or longer.',
    isUserFacing: true,
  }];
}
