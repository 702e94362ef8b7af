/** Replaces Powertools in bundles that are measured without it. */
export class Logger {
  warn(): void { /* nothing is logged */ }
  error(): void { /* nothing is logged */ }
  info(): void { /* nothing is logged */ }
}

export class Metrics {
  addMetric(): void { /* nothing is counted */ }
  hasStoredMetrics(): boolean {
    return false;
  }

  publishStoredMetrics(): void { /* nothing was counted */ }
}

export const MetricUnit = { Count: 'Count' };
