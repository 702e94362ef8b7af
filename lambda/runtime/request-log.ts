import { addMetricsToNextLine, logger } from './telemetry';
import { markError } from './trace';
import type { RequestFacts } from '../http/messages';

/** Receives the facts of one request. */
export interface RequestLog {
  /** An error that is hidden from the client. */
  readonly onError: (error: unknown, facts: RequestFacts) => void;
  readonly onAnswer: (facts: RequestFacts) => void;
}

/** The log lines of a request that begins now. */
export function startRequestLog(): RequestLog {
  const began = performance.now();
  return {
    onError: (error, facts) => {
      markError(error);
      logger.error('request failed', { ...facts, error: error as Error });
    },
    onAnswer: facts => {
      addMetricsToNextLine();
      logger.info('request completed', { ...facts, duration_ms: Math.round(performance.now() - began) });
    },
  };
}
