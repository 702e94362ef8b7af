import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Journal } from '../domain/ports';

/** Both read their names and levels from the environment (POWERTOOLS_…). */
export const logger = new Logger();
const metrics = new Metrics();

export const journal: Journal = {
  warn: (message, facts) => logger.warn(message, facts),
  count: (metric, by = 1) => metrics.addMetric(metric, MetricUnit.Count, by),
};

/** Powertools warns about an empty set of metrics; most requests count nothing. */
export function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
