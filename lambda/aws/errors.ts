import { TryAgain } from '../domain/errors';

/** Errors after which the same call may succeed: throttling, our own concurrency, the other side's trouble. */
const PASSING = new Set([
  'AbortError', 'InternalServerError', 'KMS.ThrottlingException', 'KMSInternalException', 'KMSThrottlingException', 'LimitExceededException',
  'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'SlowDown', 'ServiceUnavailable', 'ThrottlingException', 'TimeoutError',
  'TransactionConflictException', 'TransactionInProgressException',
]);

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: unknown;
}

export function errorName(error: unknown): string | undefined {
  return (error as SdkError | undefined)?.name;
}

export function httpStatus(error: unknown): number | undefined {
  return (error as SdkError | undefined)?.$metadata?.httpStatusCode;
}

/** Node's own codes of connections that broke (`ECONNRESET`, `EAI_AGAIN` …) come without an HTTP status; `ERR_…` are mistakes of ours. */
const BROKEN_CONNECTION = /^(E(?!RR_)[A-Z_]+|ERR_STREAM_PREMATURE_CLOSE)$/;

function isPassing(error: unknown): boolean {
  const { name = '', code } = error as SdkError;
  const status = httpStatus(error);
  return PASSING.has(name) || (status !== undefined && status >= 500) || (status === undefined && BROKEN_CONNECTION.test(code ?? ''));
}

/** Runs a call of the SDK; what passes becomes `TryAgain`. */
export async function call<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof Error && isPassing(error)) throw new TryAgain(`${error.name}: ${error.message}`, { cause: error });
    throw error;
  }
}
