/**
 * Names of the environment variables that the construct sets and the handlers read.
 * `test/house/contract.test.ts` holds both sides to this list.
 */

/** What every function gets: where things are, and the one policy that all of them act by. */
export const COMMON_ENV = {
  /** Name of the bucket. */
  BUCKET: 'BUCKET_NAME',
  /** Name of the table. */
  TABLE: 'TABLE_NAME',
  /** `DEBUG`, `INFO`, `WARN` or `ERROR`: read by Powertools. */
  LOG_LEVEL: 'POWERTOOLS_LOG_LEVEL',
  /** Service name in logs and metrics: read by Powertools. */
  SERVICE_NAME: 'POWERTOOLS_SERVICE_NAME',
  /** Metrics namespace: read by Powertools. */
  METRICS_NAMESPACE: 'POWERTOOLS_METRICS_NAMESPACE',
  /** Accepted content types, separated by commas. */
  ACCEPT: 'ACCEPTED_TYPES',
  /** Largest upload in bytes. */
  MAX_SIZE: 'MAX_UPLOAD_BYTES',
  /** Lifetime of a presigned URL in seconds. */
  URL_TTL: 'URL_TTL_SECONDS',
  /** Days that the record of a deleted image stays. */
  DELETED_RECORD_DAYS: 'DELETED_RECORD_DAYS',
} as const;

/** What the API function gets besides. */
export const API_ENV = {
  /** How the principal is found: one of `ACCESS_MODES`. */
  ACCESS: 'ACCESS_MODE',
  /** `true` where URLs use S3 Transfer Acceleration. */
  ACCELERATE: 'S3_ACCELERATE',
  /** Origins that browsers may call from, separated by commas; empty turns CORS off. */
  CORS_ORIGINS: 'CORS_ORIGINS',
} as const;

/** Set by hand for emulators only; the construct never sets these. */
export const EMULATOR_ENV = {
  /** Where clients reach storage, if by another name than the service does: the origin of every URL that is handed out. */
  PUBLIC_S3_ENDPOINT: 'PUBLIC_S3_ENDPOINT',
} as const;

/** `iam`: the signed caller is a trusted backend that names the user in `x-user-id`. */
export const ACCESS_MODES = ['iam'] as const;
export type AccessMode = typeof ACCESS_MODES[number];
