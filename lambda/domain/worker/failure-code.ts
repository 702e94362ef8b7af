import { FAILURE_CODES, type FailureCode } from '../../../src/contract';

/** The properties that errors of Node, of the SDK and of our own have. */
interface Facts {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** `StorageFull` is the local server's. */
const BY_NAME: Readonly<Record<string, FailureCode>> = {
  AbortError: 'TimeLimit',
  AccessDeniedException: 'AccessDenied',
  Denied: 'AccessDenied',
  EDQUOT: 'DiskFull',
  ENOSPC: 'DiskFull',
  ETIMEDOUT: 'TimeLimit',
  LimitExceededException: 'Throttled',
  ProvisionedThroughputExceededException: 'Throttled',
  RequestLimitExceeded: 'Throttled',
  SlowDown: 'Throttled',
  StorageFull: 'DiskFull',
  TimeoutError: 'TimeLimit',
  TooManyRequestsException: 'Throttled',
  // A request that found its record changed or the table busy for seconds.
  unavailable: 'ServiceUnavailable',
};

const BY_PATTERN: readonly (readonly [RegExp, FailureCode])[] = [
  [/Throttl/, 'Throttled'],
  [/^KMS/, 'KeyUnavailable'],
  [/^E(AI_AGAIN|CONN[A-Z]+|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE)$/, 'ServiceUnavailable'],
];

/** An error and its causes: more are a circle. */
const MOST_CAUSES = 8;

const NOT_FOUND = 404;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;

/**
 * The cause of a failed try: the first that is known of the error and its causes. Only names, codes and the HTTP status
 * are read, because messages can hold keys and data of users. Names are compared, not classes: where a handler runs in
 * a sandbox, Node's errors have classes of another realm.
 */
export function findFailureCode(error: unknown): FailureCode {
  const chain = listCauses(error);
  for (const { name, code, $metadata } of chain) {
    const found = findByName(name) ?? findByName(code) ?? findByStatus($metadata?.httpStatusCode);
    if (found !== undefined) return found;
  }
  return chain.some(({ name }) => name === 'TryAgain') ? 'ServiceUnavailable' : 'Unknown';
}

function listCauses(error: unknown): Facts[] {
  const chain: Facts[] = [];
  let next = error;
  while (typeof next === 'object' && next !== null && chain.length < MOST_CAUSES) {
    chain.push(next);
    next = (next as Facts).cause;
  }
  return chain;
}

function findByName(name: unknown): FailureCode | undefined {
  if (typeof name !== 'string') return undefined;
  const code = FAILURE_CODES.find(known => known === name && known !== 'Unknown');
  if (code !== undefined) return code;
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name];
  return BY_PATTERN.find(([pattern]) => pattern.test(name))?.[1];
}

function findByStatus(status: number | undefined): FailureCode | undefined {
  if (status === undefined) return undefined;
  if (status === 401 || status === 403) return 'AccessDenied';
  if (status === NOT_FOUND) return 'ResourceMissing';
  if (status === TOO_MANY_REQUESTS) return 'Throttled';
  return status >= SERVER_ERROR ? 'ServiceUnavailable' : undefined;
}
