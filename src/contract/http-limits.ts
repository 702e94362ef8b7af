/** Limits of the HTTP contract. Sizes are bytes, times are seconds unless the name says otherwise. */
export const LIMITS = {
  BODY_BYTES: 65_536,
  FILENAME_CODE_POINTS: 255,
  FILENAME_BYTES: 1024,
  TAGS: 20,
  TAG_CODE_POINTS: 64,
  IDEMPOTENCY_KEY_LENGTH: 128,
  PRINCIPAL_LENGTH: 128,
  BATCH_IDS: 100,
  PAGE_DEFAULT: 25,
  PAGE_MAX: 100,
  CURSOR_LENGTH: 1024,
  /**
   * Maximum records that a list page reads for a filter without an index. Each costs one DynamoDB read unit, for images
   * of up to 4 KB.
   */
  PAGE_CANDIDATES: 500,
} as const;
