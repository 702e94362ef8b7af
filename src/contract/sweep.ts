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
