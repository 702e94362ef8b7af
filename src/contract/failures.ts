/**
 * Causes of failed tries, for operators. Never text of a decoder or an SDK: that could hold keys or data of users. The
 * API does not show them. docs/operations.md explains each code.
 */
export const FAILURE_CODES = [
  'AccessDenied', 'DecoderDied', 'DiskFull', 'EncodingFailed', 'KeyUnavailable', 'OriginalMissing', 'ResourceMissing',
  'ScanFailed', 'ScannerUnavailable', 'ServiceUnavailable', 'Throttled', 'TimeLimit', 'Unknown', 'WorkerStopped',
] as const;
export type FailureCode = typeof FAILURE_CODES[number];

/** Why the last try failed, and when (ISO 8601 with milliseconds). */
export interface Failure {
  readonly code: FailureCode;
  readonly at: string;
}
