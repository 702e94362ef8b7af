import S3Error from '@20minutes/s3rver/lib/models/error';

/** Error codes of the S3 API reference that s3rver does not know. */
const STATUSES: Record<string, number> = {
  ConditionalRequestConflict: 409,
  XAmzContentSHA256Mismatch: 400,
};

export function buildS3Error(code: string, message: string, detail: Record<string, unknown> = {}): S3Error {
  const error = new S3Error(code, message, detail);
  if (code in STATUSES) error.status = STATUSES[code];
  return error;
}

export function buildAccessDenied(message: string, detail?: Record<string, unknown>): S3Error {
  return buildS3Error('AccessDenied', message, detail);
}
