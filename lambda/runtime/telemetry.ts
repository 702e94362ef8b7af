import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as MetricStore, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricName } from '../../src/contract';
import type { Metrics } from '../domain/ports';

/** The segments of a key that name a tenant and a user, also where an SDK's message has the key as part of an ARN or a URL. */
const WHO = /(originals|variants)(\/|%2F)[^/\s"]+?\2[^/\s"]+?\2/gi;

/**
 * Logs are read by more people than images are. What we log names images by their ids; errors of SDKs bring whole keys and records along, and
 * Powertools writes whatever an error has.
 */
function withoutUsers(field: string, value: unknown): unknown {
  if (field === 'Item') return undefined;
  return typeof value === 'string' ? value.replace(WHO, '$1$2*$2*$2') : value;
}

/** Both read their names and levels from the environment (POWERTOOLS_…). */
export const logger = new Logger({ jsonReplacerFn: withoutUsers });
const store = new MetricStore();

export const metrics: Metrics = {
  count: (metric, by = 1) => store.addMetric(metric, MetricUnit.Count, by),
};

/** A value that goes up and down, in seconds. */
export function measureSeconds(metric: MetricName, seconds: number): void {
  store.addMetric(metric, MetricUnit.Seconds, seconds);
}

/** Powertools warns about an empty set of metrics; most requests count nothing. */
export function publishMetrics(): void {
  if (store.hasStoredMetrics()) store.publishStoredMetrics();
}
