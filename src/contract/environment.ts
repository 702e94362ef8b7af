/**
 * Names of the environment variables that the construct sets and the handlers read.
 * `test/conventions/handler-environment.test.ts` holds both sides to this list.
 */

/** Variables of every function: resource names and the common upload policy. */
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
  /** Days that the record of a deleted image is kept. */
  DELETED_RECORD_DAYS: 'DELETED_RECORD_DAYS',
  /** Step between confirm and `ready`: one of `PROCESSING_MODES`. */
  PROCESSING: 'PROCESSING_MODE',
} as const;

/** `queue`: a worker makes variants of every upload. `none`: an upload is ready once it is confirmed. */
export const PROCESSING_MODES = ['queue', 'none'] as const;
export type ProcessingMode = typeof PROCESSING_MODES[number];

/** Further variables of the API function. */
export const API_ENV = {
  /** How the caller is identified: one of `ACCESS_MODES`. */
  ACCESS: 'ACCESS_MODE',
  /** `true` if URLs use S3 Transfer Acceleration. */
  ACCELERATE: 'S3_ACCELERATE',
  /** Origins that browsers may call from, separated by commas; empty turns CORS off. */
  CORS_ORIGINS: 'CORS_ORIGINS',
} as const;

/**
 * Further variables of the functions that send messages to the queue of uploads, and of the worker, which returns
 * messages to it. Absent with `Processing.none()`.
 */
export const QUEUE_ENV = {
  /** URL of the queue of uploads. */
  QUEUE_URL: 'QUEUE_URL',
} as const;

/** Further variables of the worker. */
export const WORKER_ENV = {
  /** The closed set of variants, as `encodeVariants` writes it. */
  VARIANTS: 'VARIANTS',
  /** `ImageLimits` in JSON. */
  IMAGE_LIMITS: 'IMAGE_LIMITS',
  /** How often the queue delivers a message before it moves it to the dead-letter queue. */
  MAX_RECEIVES: 'MAX_RECEIVES',
  /** Timeout of the function in seconds. A claim lasts as long. */
  TIMEOUT: 'WORKER_TIMEOUT_SECONDS',
  /** Scanner of originals: one of `SCANNER_KINDS`. */
  SCANNER: 'SCANNER',
  /** Name of the function that scans; empty unless the scanner is `clamav`. */
  SCANNER_FUNCTION: 'SCANNER_FUNCTION',
  /**
   * Uploads of one owner that workers of the queue of uploads process at once; further ones move to the surplus queue.
   */
  OWNER_SHARE: 'OWNER_SHARE',
  /** Uploads of one owner that workers of the surplus queue process at once. */
  OWNER_LANES: 'OWNER_LANES',
  /** URL of the surplus queue. */
  SURPLUS_QUEUE_URL: 'SURPLUS_QUEUE_URL',
  /** URL of the dead-letter queue: the worker itself moves messages of the surplus queue there. */
  DEAD_LETTER_QUEUE_URL: 'DEAD_LETTER_QUEUE_URL',
} as const;

/** Further variables of the operator function. */
export const OPERATOR_ENV = {
  /** URL of the dead-letter queue. */
  DEAD_LETTER_QUEUE_URL: WORKER_ENV.DEAD_LETTER_QUEUE_URL,
  /** As for the worker: the status counts these messages too. */
  SURPLUS_QUEUE_URL: WORKER_ENV.SURPLUS_QUEUE_URL,
  /** As for the worker: the function compares the variants of images with this set. */
  VARIANTS: WORKER_ENV.VARIANTS,
} as const;

/**
 * Variables of the function that scans for malware. Of `COMMON_ENV` it gets only those that Powertools reads. The
 * function that refreshes the virus definitions gets `DEFINITIONS_BUCKET` and `MIRROR`.
 */
export const CLAMAV_ENV = {
  /** Bucket of the originals. */
  BUCKET: COMMON_ENV.BUCKET,
  /** Bucket of the virus definitions. */
  DEFINITIONS_BUCKET: 'DEFINITIONS_BUCKET_NAME',
  /** Mirror of the definitions, for the function that refreshes them. Empty: ClamAV's public distribution. */
  MIRROR: 'DEFINITIONS_MIRROR',
  /** Maximum age of trusted definitions in hours. */
  MAX_DEFINITIONS_AGE: 'MAX_DEFINITIONS_AGE_HOURS',
  /** Largest upload in bytes. A larger object cannot be declared clean. */
  MAX_SIZE: COMMON_ENV.MAX_SIZE,
} as const;

/** Set by hand for emulators only; the construct never sets these. */
export const EMULATOR_ENV = {
  /** Origin of storage in URLs for clients, if clients use another address than the service. */
  PUBLIC_S3_ENDPOINT: 'PUBLIC_S3_ENDPOINT',
  /** Seconds that the queue hides a received message, if it differs from the construct's value. */
  QUEUE_HIDDEN_SECONDS: 'QUEUE_HIDDEN_SECONDS',
} as const;
