import { Duration } from 'aws-cdk-lib';
import type { AlarmDefinition, MetricDefinition } from './alarm-definition';
import type { MonitoredProcessing, MonitoredService } from './monitored-service';
import { METRICS, METRICS_NAMESPACE, METRIC_SERVICE_DIMENSION, type MetricName } from '../contract';

const AREA = 'The service';

/** Alarms on metrics that the handlers and the access log publish. */
export function listServiceAlarms(service: MonitoredService): AlarmDefinition[] {
  const measure = (metricName: MetricName, statistic: string, minutes = 5): MetricDefinition => ({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensions: { [METRIC_SERVICE_DIMENSION]: service.serviceName },
    statistic,
    period: Duration.minutes(minutes),
  });
  const { processing, delivery } = service;
  return [
    buildThrottledRequests(measure(METRICS.REQUESTS_THROTTLED, 'Sum')),
    ...listSweeperAlarms(measure),
    buildRejections(measure(METRICS.REJECTION, 'Average', 15)),
    ...processing ? listProcessingAlarms(measure) : [],
    ...processing?.scanner && processing.scanner !== 'none' ? listScannerAlarms(measure, processing) : [],
    ...delivery ? [buildInvalidationsDeferred(measure(METRICS.INVALIDATIONS_DEFERRED, 'Sum'))] : [],
    ...delivery?.isSigned ? [buildSigningKey(measure(METRICS.SIGNING_KEY_FAILURES, 'Sum'))] : [],
  ];
}

type Measure = (metricName: MetricName, statistic: string, minutes?: number) => MetricDefinition;

/**
 * API Gateway has no metric for requests over the rate limit: `4XXError` counts them among others. A metric filter
 * counts them in the access log.
 */
function buildThrottledRequests(metric: MetricDefinition): AlarmDefinition {
  return {
    name: 'RequestsThrottled',
    area: 'API Gateway',
    metric,
    threshold: 50,
    periods: 3,
    severity: 'soon',
    heading: 'The API throttles requests',
    description: 'API Gateway answered at least 50 requests with 429 in five minutes.',
    isUserFacing: true,
  };
}

function listSweeperAlarms(measure: Measure): AlarmDefinition[] {
  return [{
    name: 'RecordsOverdue',
    area: AREA,
    metric: measure(METRICS.RECORD_DELAY, 'Maximum'),
    threshold: 1800,
    periods: 3,
    // The sweeper publishes a value every 5 minutes.
    needsData: true,
    severity: 'soon',
    heading: 'The sweeper is behind',
    description: 'A record has waited for the sweeper for 30 minutes or longer.',
  }, {
    name: 'SweepFailures',
    area: AREA,
    metric: measure(METRICS.SWEEP_FAILURES, 'Sum'),
    threshold: 1,
    periods: 3,
    severity: 'soon',
    heading: 'The sweeper is behind',
    description: 'The sweeper could not settle a record in each of its last three runs.',
  }, {
    name: 'ForeignKeys',
    area: AREA,
    metric: measure(METRICS.FOREIGN_KEYS, 'Sum'),
    threshold: 1,
    periods: 1,
    severity: 'soon',
    heading: 'Records or objects belong to no image',
    description: 'A record names the object of another image, so it was changed by other software than the service.',
  }];
}

/** Each verdict publishes 0 or 1, so the average is the rate. Confirm rejects images too, without a worker. */
function buildRejections(metric: MetricDefinition): AlarmDefinition {
  return {
    name: 'Rejections',
    area: AREA,
    metric,
    threshold: 0.5,
    periods: 4,
    severity: 'soon',
    heading: 'Many images are rejected',
    description: 'At least half of the uploaded images were rejected, for an hour.',
  };
}

function listProcessingAlarms(measure: Measure): AlarmDefinition[] {
  return [{
    name: 'ResourceLimits',
    area: AREA,
    metric: measure(METRICS.RESOURCE_LIMIT_REJECTION, 'Average', 15),
    threshold: 0.05,
    periods: 4,
    severity: 'soon',
    heading: 'Many images exceed the resource limits',
    description: 'At least 5 % of the uploaded images were rejected with RESOURCE_LIMIT, for an hour.',
  }, {
    name: 'ImagesFailed',
    area: AREA,
    metric: measure(METRICS.IMAGES_FAILED, 'Sum'),
    threshold: 1,
    periods: 1,
    severity: 'soon',
    heading: 'Images failed',
    description: 'An image is failed: five attempts to process it ended with an error.',
  }, {
    name: 'OrphanedObjects',
    area: AREA,
    metric: measure(METRICS.ORPHANED_OBJECTS, 'Sum'),
    threshold: 1,
    periods: 1,
    severity: 'soon',
    heading: 'Records or objects belong to no image',
    description: 'An object under originals/ has a key that the service does not use, so other software wrote it.',
  }];
}

function listScannerAlarms(
  measure: Measure, { maxDefinitionsAgeHours }: MonitoredProcessing,
): AlarmDefinition[] {
  return [{
    name: 'ReadyImagesInfected',
    area: AREA,
    metric: measure(METRICS.READY_INFECTED, 'Sum'),
    threshold: 1,
    periods: 1,
    severity: 'urgent',
    heading: 'Malware in a ready image',
    description: 'A scan before reprocessing found malware in an image that is ready.',
  }, {
    name: 'ScansPostponed',
    area: AREA,
    // A single image is tried again after 5, 10, 20 and 40 minutes: once in each of these periods.
    metric: measure(METRICS.SCANS_POSTPONED, 'Sum', 15),
    threshold: 1,
    periods: 3,
    severity: 'soon',
    heading: 'The scanner is unavailable',
    description: 'Scans were postponed for 45 minutes, since the scanner was unavailable.',
  }, ...maxDefinitionsAgeHours === undefined ? [] : [{
    name: 'DefinitionsAge',
    area: AREA,
    // The refresh publishes the age every 3 hours, so each period has a value.
    metric: measure(METRICS.DEFINITIONS_AGE, 'Minimum', 240),
    // Two thirds: there is time to mend the refresh before the scanner stops.
    threshold: 2 / 3 * 3600 * maxDefinitionsAgeHours,
    periods: 1,
    severity: 'soon',
    heading: 'Definitions of viruses are old',
    description: 'The definitions of viruses reach two thirds of the age at which the scanner stops.',
  } satisfies AlarmDefinition]];
}

function buildInvalidationsDeferred(metric: MetricDefinition): AlarmDefinition {
  return {
    name: 'InvalidationsDeferred',
    area: AREA,
    metric,
    threshold: 20,
    periods: 3,
    severity: 'soon',
    heading: 'Invalidations wait',
    description: 'CloudFront accepted no further invalidation at least 20 times in five minutes.',
  };
}

function buildSigningKey(metric: MetricDefinition): AlarmDefinition {
  return {
    name: 'SigningKeyUnreadable',
    area: AREA,
    metric,
    threshold: 1,
    periods: 2,
    severity: 'urgent',
    heading: 'The signing key cannot be read',
    description: 'The API could not read the key that signs delivery URLs and cookies.',
    isUserFacing: true,
  };
}
