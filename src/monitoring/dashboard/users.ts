import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { ActiveAlarm, DashboardInput, Section } from './dashboard-input';
import { scale, type ServiceMetrics } from './metrics';
import { COLORS, drawThreshold, makeGraph, makeHeading, makeLogTable } from './widgets';
import { METRICS } from '../../contract';

/** Requests of users: how many, how many fail, and how long they take. */
export function buildUsers({ service, alarms }: DashboardInput, metrics: ServiceMetrics): Section {
  const { delivery, functions: { Transform: transform } } = service;
  return [
    makeHeading('Are users served?'),
    [drawRequests(metrics, alarms), drawErrors(metrics, alarms), drawLatency(metrics, alarms)],
    [
      tabulateRoutes(service.accessLogs.logGroupName, delivery ? 8 : 24),
      ...delivery ? [drawDelivery(metrics, alarms)] : [],
      ...transform ? [drawTransform(metrics, transform)] : [],
    ],
  ];
}

function drawRequests(metrics: ServiceMetrics, alarms: readonly ActiveAlarm[]): cloudwatch.IWidget {
  return makeGraph({
    title: 'API requests',
    width: 8,
    unit: 'Requests in 5 minutes',
    metrics: [metrics.measureApi('Count', 'Sum', { label: 'All', color: COLORS.MAIN })],
    right: {
      unit: 'Throttled in 5 minutes',
      metrics: [metrics.measureService(METRICS.REQUESTS_THROTTLED, 'Sum', { label: '429 Too Many Requests', color: COLORS.SECOND })],
      annotations: drawThreshold(alarms, 'RequestsThrottled', COLORS.SECOND),
    },
  });
}

/** API Gateway's metrics of errors are 0 or 1 for each request, so their average is the share. */
function drawErrors(metrics: ServiceMetrics, alarms: readonly ActiveAlarm[]): cloudwatch.IWidget {
  const buildShare = (metricName: string, id: string, label: string, color: string) =>
    scale(id, '* 100', metrics.measureApi(metricName, 'Average', { label, color }), { label, color });
  return makeGraph({
    title: 'API errors',
    width: 8,
    unit: '% of requests',
    metrics: [
      buildShare('4XXError', 'clientErrors', '4xx, errors of clients', COLORS.SECOND),
      buildShare('5XXError', 'serverErrors', '5xx, errors of the service', COLORS.FAULT),
    ],
    annotations: drawThreshold(alarms, 'ApiErrors', COLORS.FAULT, 100),
  });
}

function drawLatency(metrics: ServiceMetrics, alarms: readonly ActiveAlarm[]): cloudwatch.IWidget {
  return makeGraph({
    title: 'API latency',
    width: 8,
    unit: 'Milliseconds',
    metrics: [
      metrics.measureApi('Latency', 'p50', { label: 'p50', color: COLORS.MAIN }),
      metrics.measureApi('Latency', 'p99', { label: 'p99', color: COLORS.FOURTH }),
    ],
    annotations: drawThreshold(alarms, 'ApiLatency', COLORS.FOURTH),
  });
}

/**
 * From the access log: metrics of methods cost extra. Its values are quoted, and `pct` reads numbers from text, like
 * from the fields of `parse`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Parse.html
 */
function tabulateRoutes(accessLogs: string, width: number): cloudwatch.IWidget {
  return makeLogTable('Slowest routes', width, [accessLogs], [
    'stats count(*) as requests, pct(latency, 50) as p50_ms, pct(latency, 99) as p99_ms by method, resource',
    'sort p99_ms desc',
    'limit 20',
  ]);
}

function drawDelivery(metrics: ServiceMetrics, alarms: readonly ActiveAlarm[]): cloudwatch.IWidget {
  return makeGraph({
    title: 'CloudFront: views of images',
    width: 8,
    unit: 'Requests in 5 minutes',
    metrics: [metrics.measureDistribution('Requests', 'Sum', { label: 'All', color: COLORS.MAIN })],
    right: {
      unit: '% of requests',
      metrics: [
        metrics.measureDistribution('4xxErrorRate', 'Average', { label: '4xx', color: COLORS.SECOND }),
        metrics.measureDistribution('5xxErrorRate', 'Average', { label: '5xx', color: COLORS.FAULT }),
      ],
      annotations: drawThreshold(alarms, 'DeliveryErrors', COLORS.FAULT),
    },
  });
}

function drawTransform(metrics: ServiceMetrics, transform: lambda.Function): cloudwatch.IWidget {
  return makeGraph({
    title: 'Variants made on demand',
    width: 8,
    unit: 'In 5 minutes',
    metrics: [
      metrics.measureFunction(transform, 'Invocations', 'Sum', { label: 'Requests', color: COLORS.MAIN }),
      metrics.measureFunction(transform, 'Errors', 'Sum', { label: 'Errors', color: COLORS.FAULT }),
    ],
    right: {
      unit: 'Milliseconds',
      metrics: [metrics.measureFunction(transform, 'Duration', 'p99', { label: 'Duration p99', color: COLORS.FOURTH })],
    },
  });
}
