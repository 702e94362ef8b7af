/** Defaults of the construct that handlers share. */
export const DEFAULTS = {
  MAX_UPLOAD_BYTES: 25 * 1024 * 1024,
  URL_TTL_SECONDS: 300,
  DELETED_RECORD_DAYS: 30,
  /** How long a variant made on demand is kept. The next request after that makes it again. */
  ON_DEMAND_VARIANT_DAYS: 90,
} as const;

/** S3 allows shorter lifetimes, but clock skew and slow networks do not (AWS Prescriptive Guidance, presigned URLs). */
export const URL_TTL_SECONDS_RANGE = { MIN: 120, MAX: 900 } as const;

/** A tombstone outlives the longest queue retention (14 days), so that no late event revives an image. */
export const MIN_DELETED_RECORD_DAYS = 14;
