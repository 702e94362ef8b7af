import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** The fields of Lambda's context that a handler may read. */
export function buildLambdaContext(timeoutMs: number): Context {
  const endsAt = Date.now() + timeoutMs;
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => endsAt - Date.now() } as Context;
}
