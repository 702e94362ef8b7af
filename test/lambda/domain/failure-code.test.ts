import { FailedTry, ProblemError, ScannerUnavailable, TryAgain } from '../../../lambda/domain/errors';
import { findFailureCode } from '../../../lambda/domain/worker/failure-code';
import { FAILURE_CODES } from '../../../src/contract';

/** An error as the SDK throws it. */
function sdkError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('text with originals/_/hash-of-alice/id/6e'), { name, $metadata: { httpStatusCode } });
}

const nodeError = (code: string) => Object.assign(new Error(`${code}: something`), { code });
const busy = (cause: Error) => new TryAgain('busy', { cause });

test.each<[string, unknown, string]>([
  ['a full disk', nodeError('ENOSPC'), 'DiskFull'],
  ['a quota of the disk', nodeError('EDQUOT'), 'DiskFull'],
  ['full storage of the local server', busy(sdkError('StorageFull', 507)), 'DiskFull'],
  ['a missing permission in S3', sdkError('AccessDenied', 403), 'AccessDenied'],
  ['a missing permission in DynamoDB', sdkError('AccessDeniedException', 400), 'AccessDenied'],
  ['a HEAD that is forbidden', sdkError('Unknown', 403), 'AccessDenied'],
  ['a disabled key', sdkError('KMS.DisabledException', 400), 'KeyUnavailable'],
  ['a throttled key', busy(sdkError('KMS.ThrottlingException', 400)), 'Throttled'],
  ['S3 that asks to slow down', busy(sdkError('SlowDown', 503)), 'Throttled'],
  ['a throttled table', busy(sdkError('ProvisionedThroughputExceededException', 400)), 'Throttled'],
  ['a deleted bucket', sdkError('NoSuchBucket', 404), 'ResourceMissing'],
  ['an error of a service', busy(sdkError('InternalError', 500)), 'ServiceUnavailable'],
  ['a broken connection', busy(nodeError('ECONNRESET')), 'ServiceUnavailable'],
  ['a lost answer', new TryAgain('a key was not processed'), 'ServiceUnavailable'],
  ['a record that other writers keep busy', new ProblemError('unavailable', 'The service is busy.'), 'ServiceUnavailable'],
  ['a call that took too long', busy(sdkError('TimeoutError', 200)), 'TimeLimit'],
  ['a scanner that is unavailable', new ScannerUnavailable('no definitions yet'), 'ScannerUnavailable'],
  ['a cause that the code names', new FailedTry('EncodingFailed', 'The decoder failed: text'), 'EncodingFailed'],
  ['a cause behind other errors', new Error('outer', { cause: busy(nodeError('ENOSPC')) }), 'DiskFull'],
  ['an error without a known cause', new Error('AccessDenied ENOSPC'), 'Unknown'],
  ['a name that objects inherit', Object.assign(new Error('x'), { name: 'toString' }), 'Unknown'],
  ['a thrown text', 'ENOSPC', 'Unknown'],
  ['nothing', undefined, 'Unknown'],
])('%s has its code', (_, error, code) => {
  expect(findFailureCode(error)).toBe(code);
});

test('a circle of causes ends', () => {
  const error = new Error('circle');
  error.cause = error;
  expect(findFailureCode(error)).toBe('Unknown');
});

test('codes are short names without spaces', () => {
  for (const code of FAILURE_CODES) expect(code).toMatch(/^[A-Z][A-Za-z]{5,19}$/);
  expect(FAILURE_CODES).toEqual([...new Set(FAILURE_CODES)].sort());
});
