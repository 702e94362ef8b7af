import { Logger, LogLevelThreshold } from '@aws-lambda-powertools/logger';
import { Metrics as MetricStore, MetricUnit } from '@aws-lambda-powertools/metrics';
import { LineFormatter } from './line-formatter';
import type { MetricName } from '../../src/contract';
import type { Metrics } from '../domain/ports';

/** The segments of a key that name a tenant and a user, also in an ARN or a URL within an SDK's message. */
const WHO = /(originals|variants)(\/|%2F)[^/\s"]+?\2[^/\s"]+?\2/gi;

/** Length of the shortest text that `WHO` finds. Most values of a line are shorter, and cost no search. */
const SHORTEST_MATCH = 'variants/_/u/'.length;

/**
 * Logs have more readers than images have. Our own lines name images by their ids; this replaces the rest of a key that
 * a line has by mistake.
 */
function withoutUsers(field: string, value: unknown): unknown {
  if (field === 'Item') return undefined;
  return typeof value === 'string' && value.length >= SHORTEST_MATCH ? value.replace(WHO, '$1$2*$2*$2') : value;
}

/** Logger and metrics read their names and levels from the environment (POWERTOOLS_…). */
const formatter = new LineFormatter();
export const logger = new Logger({ jsonReplacerFn: withoutUsers, logFormatter: formatter });

class Store extends MetricStore {
  /** Removes the stored metrics, and returns them in the embedded metric format. */
  take(): object {
    const fields = this.isDisabled() ? {} : this.serializeMetrics();
    this.clearMetrics();
    return fields;
  }
}

const store = new Store();

export const metrics: Metrics = {
  count: (metric, by = 1) => store.addMetric(metric, MetricUnit.Count, by),
  measure: (metric, milliseconds) => store.addMetric(metric, MetricUnit.Milliseconds, milliseconds),
};

/** Reports a duration in seconds. */
export function measureSeconds(metric: MetricName, seconds: number): void {
  store.addMetric(metric, MetricUnit.Seconds, seconds);
}

/** Adds the metrics so far to the next line, which must have the level INFO: one line costs less than two. */
export function addMetricsToNextLine(): void {
  if (logger.level <= LogLevelThreshold.INFO && store.hasStoredMetrics()) formatter.addToNextLine(store.take());
}

/** Powertools warns about an empty set of metrics; most requests count nothing. */
export function publishMetrics(): void {
  if (store.hasStoredMetrics()) store.publishStoredMetrics();
}
