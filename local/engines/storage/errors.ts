import S3Error from '@20minutes/s3rver/lib/models/error';

/** Error codes that s3rver does not know: of the S3 API reference, and our own for a full disk. */
const STATUSES: Record<string, number> = {
  ConditionalRequestConflict: 409,
  StorageFull: 507,
  XAmzContentSHA256Mismatch: 400,
};

export function buildS3Error(code: string, message: string, detail: Record<string, unknown> = {}): S3Error {
  const error = new S3Error(code, message, detail);
  if (code in STATUSES) error.status = STATUSES[code];
  return error;
}

/** The disk, or the user's quota of it. LevelDB gives no code, but the text of the system. */
export function isDiskFull(error: unknown): boolean {
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|Disk quota exceeded/.test(String(message))
    || (typeof cause === 'object' && cause !== null && isDiskFull(cause));
}

/** Names the cause: `InternalError` would send an operator to look elsewhere. */
export function buildStorageFull(): S3Error {
  return buildS3Error('StorageFull', 'The disk with the data of the local server is full.');
}

export function buildAccessDenied(message: string, detail?: Record<string, unknown>): S3Error {
  return buildS3Error('AccessDenied', message, detail);
}
