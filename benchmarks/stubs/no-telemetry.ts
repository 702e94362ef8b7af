/** Replaces Powertools in bundles that are measured without it. */
export class Logger {
  addContext(): void { /* no line has it */ }
  appendKeys(): void { /* no line has them */ }
  debug(): void { /* nothing is logged */ }
  warn(): void { /* nothing is logged */ }
  error(): void { /* nothing is logged */ }
  info(): void { /* nothing is logged */ }
}

/** Base classes of own formatters. */
export class LogFormatter {}
export class LogItem {}

export class Metrics {
  addMetric(): void { /* nothing is counted */ }
  hasStoredMetrics(): boolean {
    return false;
  }

  publishStoredMetrics(): void { /* nothing was counted */ }
}

export const LogLevelThreshold = { INFO: 12 };

export const MetricUnit = { Count: 'Count', Seconds: 'Seconds' };
