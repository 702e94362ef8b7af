/** Limits of the HTTP contract. Sizes are bytes, times are seconds unless the name says otherwise. */
export const LIMITS = {
  BODY_BYTES: 65_536,
  FILENAME_CODE_POINTS: 255,
  FILENAME_BYTES: 1024,
  TAGS: 20,
  TAG_CODE_POINTS: 64,
  IDEMPOTENCY_KEY_LENGTH: 128,
  PRINCIPAL_LENGTH: 128,
  IMAGE_ID_LENGTH: 200,
  BATCH_DELETE: 100,
  PAGE_DEFAULT: 25,
  PAGE_MAX: 100,
  CURSOR_LENGTH: 1024,
  /**
   * Maximum records that a list page reads for a filter without an index. Each costs one DynamoDB read unit, for images
   * of up to 4 KB.
   */
  PAGE_CANDIDATES: 500,
} as const;

/** Defaults of the construct that handlers share. */
export const DEFAULTS = {
  MAX_UPLOAD_BYTES: 25 * 1024 * 1024,
  URL_TTL_SECONDS: 300,
  DELETED_RECORD_DAYS: 30,
  /** How long a variant made on demand is kept. The next request after that makes it again. */
  ON_DEMAND_VARIANT_DAYS: 90,
} as const;

/** Largest original that a worker processes. It is in memory as a whole, twice, and a decoder has it in one piece. */
export const MAX_PROCESSED_BYTES = 512 * 1024 * 1024;

/** S3 allows shorter lifetimes, but clock skew and slow networks do not (AWS Prescriptive Guidance, presigned URLs). */
export const URL_TTL_SECONDS_RANGE = { MIN: 120, MAX: 900 } as const;

/** Pacing of the sweeper. Milliseconds. */
export const SWEEP = {
  /** Interval of the sweeper, and the delay of a record's first sweep after a change of state. */
  INTERVAL_MS: 5 * 60_000,
  /**
   * Lambda's longest timeout. A run with a large backlog overlaps the next two runs, so three sweepers work at the same
   * time.
   */
  TIMEOUT_MS: 15 * 60_000,
  /**
   * Longest time between checks for the object of a pending record, while its upload URL is valid. With one interval of
   * the schedule and a minute for the run itself, an upload is confirmed within 15 minutes.
   */
  LOOK_MS: 9 * 60_000,
  /** Delay of one more check after the last URL of a pending record ends: a slow PUT may finish after that. */
  LAST_LOOK_MS: 4 * 60_000,
  /** Time between the last moment at which bytes may arrive and the settling of the record. */
  GRACE_MS: 60 * 60_000,
  /** Partitions of the `by_due` index for each group. */
  SHARDS: 4,
} as const;

/**
 * Groups of partitions of the `by_due` index. The sweeper serves all groups at the same time, so abandoned uploads do
 * not delay other records. Partition = group × SHARDS + shard.
 */
export const SWEEP_GROUPS = {
  /** The upload arrived, or the image was deleted. */
  UPLOADED: 0,
  /** Pending: the upload may still arrive, or its event may be lost. */
  AWAITED: 1,
  /** No upload until the last check: the record waits for its expiry, or has expired. */
  ABANDONED: 2,
} as const;

/** Maximum claims of an image. It bounds the retries of an image that kills its worker. */
export const MAX_TRIES = 5;

/** How long an image may wait for its scan after its last change of state, in milliseconds. Then it fails. */
export const SCAN_PATIENCE_MS = 24 * 60 * 60_000;

/** A tombstone outlives the longest queue retention (14 days), so that no late event revives an image. */
export const MIN_DELETED_RECORD_DAYS = 14;
