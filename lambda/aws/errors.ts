import { TryAgain } from '../domain/errors';

/** Errors after which the same call may succeed: throttling, conflicts with our own calls, faults of the service. */
const TRANSIENT = new Set([
  'AbortError', 'InternalServerError', 'KMS.ThrottlingException', 'KMSInternalException', 'KMSThrottlingException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'SlowDown', 'ServiceUnavailable',
  'ThrottlingException', 'TimeoutError',
  'TransactionConflictException', 'TransactionInProgressException',
]);

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export function readErrorName(error: unknown): string | undefined {
  return (error as SdkError | undefined)?.name;
}

export function readHttpStatus(error: unknown): number | undefined {
  return (error as SdkError | undefined)?.$metadata?.httpStatusCode;
}

/**
 * Node's codes of broken connections (`ECONNRESET`, `EAI_AGAIN` …) come without an HTTP status; `ERR_…` are our own
 * mistakes.
 */
const BROKEN_CONNECTION = /^(E(?!RR_)[A-Z_]+|ERR_STREAM_PREMATURE_CLOSE)$/;

function isTransient(error: unknown): boolean {
  const { name = '', code } = (error ?? {}) as SdkError;
  const status = readHttpStatus(error);
  return TRANSIENT.has(name) || (status !== undefined && status >= 500)
    || (status === undefined && BROKEN_CONNECTION.test(code ?? ''));
}

/** Runs a call of the SDK; transient errors become `TryAgain`. */
export async function call<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    // Without `instanceof`: where a handler runs in a sandbox, Node's errors have classes of another realm.
    if (!isTransient(error)) throw error;
    throw new TryAgain('an AWS service asked to try again, or did not answer', { cause: error });
  }
}
