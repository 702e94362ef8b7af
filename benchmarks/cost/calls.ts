/** Kinds of calls that AWS prices, or that it gives away. */
export type CallKind = 's3Write' | 's3Read' | 's3Delete' | 'dynamoDb' | 'sqs';

/** One call of an AWS API, as a meter saw it. */
export interface Call {
  readonly kind: CallKind;
  readonly operation: string;
  /** Milliseconds of the monotonic clock. */
  readonly start: number;
  readonly end: number;
  /** Bytes of the larger body, the request's or the response's. */
  readonly bytes: number;
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** A request that a meter passes on. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Of the JSON protocol; empty for S3. */
  readonly operation: string;
  readonly body: Buffer;
}

export interface Answered {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * Latencies within a Region, in milliseconds, as the benchmark of the sweeper assumes them. They decide how long a
 * function waits, not what it calls.
 */
const LATENCY_MS: Record<CallKind, number> = {
  s3Write: 20,
  s3Read: 20,
  s3Delete: 20,
  dynamoDb: 5,
  sqs: 10,
};
/** Bytes per millisecond between a function and S3: 600 Mbit/s. */
const BYTES_PER_MS = 75_000;

/** How long a function waits for its calls on AWS. Calls in flight at the same time count as the longest of them. */
export function computeWaitMs(calls: readonly Call[]): number {
  let [total, longest, until] = [0, 0, -Infinity];
  for (const call of [...calls].sort((a, b) => a.start - b.start)) {
    if (call.start > until) {
      total += longest;
      longest = 0;
    }
    until = Math.max(until, call.end);
    longest = Math.max(longest, LATENCY_MS[call.kind] + call.bytes / BYTES_PER_MS);
  }
  return total + longest;
}

/** The kind of a call of S3 by its price: PUT, COPY, POST and LIST cost alike, GET and HEAD less, DELETE nothing. */
export function classifyS3(method: string, url: string): Pick<Call, 'kind' | 'operation'> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const hasKey = pathname.split('/').filter(part => part !== '').length > 1;
  if (method === 'DELETE' || (method === 'POST' && searchParams.has('delete'))) {
    return { kind: 's3Delete', operation: method === 'POST' ? 'DeleteObjects' : 'DeleteObject' };
  }
  const noun = searchParams.has('tagging') ? 'ObjectTagging' : 'Object';
  if (method === 'PUT' || method === 'POST') return { kind: 's3Write', operation: `Put${noun}` };
  if (!hasKey) return { kind: 's3Write', operation: 'ListObjects' };
  return { kind: 's3Read', operation: method === 'HEAD' ? 'HeadObject' : `Get${noun}` };
}
