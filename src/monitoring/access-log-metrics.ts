import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { MonitoredService } from './monitored-service';
import { METRICS, METRICS_NAMESPACE, METRIC_SERVICE_DIMENSION } from '../contract';

/**
 * Counts requests over the rate limit in the access log. A filter with dimensions cannot have a default value, so there
 * is no data while nothing is throttled. The dimension takes its value from the log line.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringPolicyExamples.html
 */
export function countThrottledRequests(scope: Construct, { accessLogs }: MonitoredService): void {
  new logs.MetricFilter(scope, 'ThrottledRequests', {
    logGroup: accessLogs,
    filterPattern: logs.FilterPattern.stringValue('$.status', '=', '429'),
    metricNamespace: METRICS_NAMESPACE,
    metricName: METRICS.REQUESTS_THROTTLED,
    metricValue: '1',
    dimensions: { [METRIC_SERVICE_DIMENSION]: '$.service' },
  });
}
