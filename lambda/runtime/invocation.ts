import type { Context } from 'aws-lambda';
import { withoutForeignText } from './describe-error';
import { logger, publishMetrics } from './telemetry';

/** Lambda's context. Log lines name its request id, if it has one. */
export type Invocation = Partial<Context>;

/**
 * Runs the work of an invocation. Its log lines name the invocation, and its metrics are published, also if it fails.
 * Lambda logs the message of an error, so the error that leaves holds no text of other software.
 */
export async function runInvocation<T>(context: Invocation, work: () => Promise<T>): Promise<T> {
  logger.addContext(context as Context);
  try {
    return await work();
  } catch (error) {
    logger.error('invocation failed', { error: error as Error });
    throw withoutForeignText(error);
  } finally {
    publishMetrics();
  }
}
