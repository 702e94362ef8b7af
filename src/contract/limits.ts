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
  /** Records that a list page reads at most where no key serves a filter: one DynamoDB read unit each, for images of up to 4 KB. */
  PAGE_CANDIDATES: 500,
} as const;

/** Defaults of the construct that handlers must agree with. */
export const DEFAULTS = {
  MAX_UPLOAD_BYTES: 25 * 1024 * 1024,
  URL_TTL_SECONDS: 300,
  DELETED_RECORD_DAYS: 30,
  /** How long a variant is kept that was made when it was asked for. It is made again when it is asked for again. */
  ON_DEMAND_VARIANT_DAYS: 90,
} as const;

/** The largest original that a worker takes: it is in memory as a whole, twice, and a decoder has it in one piece. */
export const MAX_PROCESSED_BYTES = 512 * 1024 * 1024;

/** S3 refuses nothing under 2 minutes, but clocks and slow networks do (AWS Prescriptive Guidance, presigned URLs). */
export const URL_TTL_SECONDS_RANGE = { MIN: 120, MAX: 900 } as const;

/** Pacing of the sweeper. Milliseconds. */
export const SWEEP = {
  /** How often the sweeper runs, and how long after a change of state a record is first visited. */
  INTERVAL_MS: 5 * 60_000,
  /**
   * Lambda's longest timeout. A run that finds much to do overlaps the next two runs, so three sweepers work while the backlog lasts.
   */
  TIMEOUT_MS: 15 * 60_000,
  /**
   * The longest time between an upload URL and the next look for its object, while an upload may still come. With one interval of the schedule
   * and a minute for the run itself, an upload is confirmed within 15 minutes.
   */
  LOOK_MS: 9 * 60_000,
  /** How long after the end of its last URL a pending record is looked at once more: a slow PUT may land after that end. */
  LAST_LOOK_MS: 4 * 60_000,
  /** How long after the last moment at which bytes may still arrive a record is settled. */
  GRACE_MS: 60 * 60_000,
  /** Each group's records are spread over this many partitions of the `by_due` index. */
  SHARDS: 4,
} as const;

/**
 * Groups of partitions of the `by_due` index. The sweeper serves all groups at the same time, so records of one group do not wait for
 * those of another: abandoned creates delay nothing else. Partition = group × SHARDS + shard.
 */
export const SWEEP_GROUPS = {
  /** Bytes came, or the image was deleted. */
  UPLOADED: 0,
  /** Pending, and an upload may still come or its event may be lost. */
  AWAITED: 1,
  /** Nothing was uploaded by the last look: waits for its expiry, or has expired. */
  ABANDONED: 2,
} as const;

/** A claim that finds so many before it gives up: an image that kills its worker cannot go round for ever. */
export const MAX_TRIES = 5;

/** How long an image may wait for its scan, since its state last changed, before it is given up. Milliseconds. */
export const SCAN_PATIENCE_MS = 24 * 60 * 60_000;

/** A tombstone outlives the longest queue retention (14 days), so that no late event revives an image. */
export const MIN_DELETED_RECORD_DAYS = 14;
