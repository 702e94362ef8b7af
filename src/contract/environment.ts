/**
 * Names of the environment variables that the construct sets and the handlers read.
 * `test/conventions/contract.test.ts` holds both sides to this list.
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
  /** What comes between confirm and `ready`: one of `PROCESSING_MODES`. */
  PROCESSING: 'PROCESSING_MODE',
} as const;

/** `queue`: a worker makes variants of every upload. `none`: an upload is ready once it is confirmed. */
export const PROCESSING_MODES = ['queue', 'none'] as const;
export type ProcessingMode = typeof PROCESSING_MODES[number];

/** What the API function gets besides. */
export const API_ENV = {
  /** How the principal is found: one of `ACCESS_MODES`. */
  ACCESS: 'ACCESS_MODE',
  /** `true` where URLs use S3 Transfer Acceleration. */
  ACCELERATE: 'S3_ACCELERATE',
  /** Origins that browsers may call from, separated by commas; empty turns CORS off. */
  CORS_ORIGINS: 'CORS_ORIGINS',
} as const;

/** What those get besides that announce uploads to workers, and the workers, who give messages back. Only where there is processing. */
export const QUEUE_ENV = {
  /** URL of the queue of uploads. */
  QUEUE_URL: 'QUEUE_URL',
} as const;

/** What the worker gets besides. */
export const WORKER_ENV = {
  /** The closed set, as `encodeVariants` writes it. */
  VARIANTS: 'VARIANTS',
  /** `ImageLimits` in JSON. */
  IMAGE_LIMITS: 'IMAGE_LIMITS',
  /** How often the queue delivers a message before it moves it to the dead-letter queue. */
  MAX_RECEIVES: 'MAX_RECEIVES',
  /** The function's own timeout in seconds: how long a claim lasts. */
  TIMEOUT: 'WORKER_TIMEOUT_SECONDS',
  /** Who looks at originals first: one of `SCANNER_KINDS`. */
  SCANNER: 'SCANNER',
  /** Name of the function that scans; empty unless the scanner is `clamav`. */
  SCANNER_FUNCTION: 'SCANNER_FUNCTION',
  /** Uploads of one owner that workers of the queue of uploads process at once; further ones move to the surplus queue. */
  OWNER_SHARE: 'OWNER_SHARE',
  /** Uploads of one owner that workers of the surplus queue process at once. */
  OWNER_LANES: 'OWNER_LANES',
  /** URL of the surplus queue. */
  SURPLUS_QUEUE_URL: 'SURPLUS_QUEUE_URL',
  /** URL of the dead-letter queue: the worker itself moves messages of the surplus queue there. */
  DEAD_LETTER_QUEUE_URL: 'DEAD_LETTER_QUEUE_URL',
} as const;

/** What the operator's function gets besides. */
export const OPERATOR_ENV = {
  /** URL of the queue of messages that were given up. */
  DEAD_LETTER_QUEUE_URL: WORKER_ENV.DEAD_LETTER_QUEUE_URL,
  /** As the worker's: an operator counts its messages too. */
  SURPLUS_QUEUE_URL: WORKER_ENV.SURPLUS_QUEUE_URL,
  /** As the worker's: what is to be made again is compared with it. */
  VARIANTS: WORKER_ENV.VARIANTS,
} as const;

/**
 * What the function that scans for malware gets; nothing of `COMMON_ENV` but the names that Powertools reads. The function that refreshes the
 * definitions gets `DEFINITIONS_BUCKET` and `MIRROR` of it.
 */
export const CLAMAV_ENV = {
  /** The bucket that holds originals, and the one that holds the definitions of viruses. */
  BUCKET: COMMON_ENV.BUCKET,
  DEFINITIONS_BUCKET: 'DEFINITIONS_BUCKET_NAME',
  /** Where new definitions come from, for the function that refreshes them; empty: ClamAV's own distribution. */
  MIRROR: 'DEFINITIONS_MIRROR',
  /** Age in hours from which definitions are no longer trusted. */
  MAX_DEFINITIONS_AGE: 'MAX_DEFINITIONS_AGE_HOURS',
  /** Bytes of the largest upload: what is larger cannot be called clean. */
  MAX_SIZE: COMMON_ENV.MAX_SIZE,
} as const;

/** Set by hand for emulators only; the construct never sets these. */
export const EMULATOR_ENV = {
  /** Where clients reach storage, if by another name than the service does: the origin of every URL that is handed out. */
  PUBLIC_S3_ENDPOINT: 'PUBLIC_S3_ENDPOINT',
  /** How long the queue hides a message that was received, in seconds, if it is another time than the construct's. */
  QUEUE_HIDDEN_SECONDS: 'QUEUE_HIDDEN_SECONDS',
} as const;

/** `iam`: the signed caller is a trusted backend that names the user in `x-user-id`. */
export const ACCESS_MODES = ['iam'] as const;
export type AccessMode = typeof ACCESS_MODES[number];
