import type { Rejection } from './rejection-codes';

/**
 * Bytes that crashed a decoder. `image_id` is `refused#<hash of bytes and limits>`. The same bytes are rejected without
 * another try as long as the limits are the same.
 */
export interface RejectedBytesRecord {
  readonly image_id: string;
  readonly rejection: Rejection;
  /** Epoch seconds. */
  readonly expires_at: number;
}

export const REJECTED_BYTES_PREFIX = 'refused#';
