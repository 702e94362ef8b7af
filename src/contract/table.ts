import type { VariantFormat } from './imaging';
import type { ImageType } from './media-types';

/** Key attributes and indexes of the table. */
export const TABLE = {
  PARTITION_KEY: 'image_id',
  TTL_ATTRIBUTE: 'expires_at',
  BY_USER: { NAME: 'by_user', PARTITION_KEY: 'user_id', SORT_KEY: 'created_at' },
  /** Sparse and keys only: what the sweeper has to visit. `sweep` and `due_at` are numbers. */
  BY_DUE: { NAME: 'by_due', PARTITION_KEY: 'sweep', SORT_KEY: 'due_at' },
} as const;

/** What an image's row can be. The API never shows `deleting`, `deleted` and `expired`: they answer 404. */
export const STATUSES = ['pending', 'processing', 'ready', 'rejected', 'failed', 'deleting', 'deleted', 'expired'] as const;
export type Status = typeof STATUSES[number];

export const REJECTION_CODES = [
  'UNSUPPORTED_TYPE', 'TYPE_MISMATCH', 'SIZE_MISMATCH', 'CORRUPT', 'TOO_MANY_PIXELS', 'TOO_MANY_FRAMES',
  'RESOURCE_LIMIT', 'MALWARE', 'SCAN_FAILED', 'MODERATED',
] as const;
export type RejectionCode = typeof REJECTION_CODES[number];

export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
}

/** A rendition that is stored, or will be once somebody asks for it. */
export interface VariantRecord {
  readonly name: string;
  readonly format: VariantFormat;
  readonly width: number;
  readonly height: number;
  /** Bytes. Absent where it is made when it is first asked for. */
  readonly size?: number;
  /** Fingerprint of the definition that it was made by: URLs are immutable, so another definition needs another name. */
  readonly settings: string;
}

/** What a worker found out about an image. */
export interface ImageFacts {
  /** Of the upright image, in pixels. */
  readonly width: number;
  readonly height: number;
  /** What the bytes are: `jpeg`, `png`, `gif`, `webp`, `avif`, `heic`. */
  readonly format: string;
  readonly animated: boolean;
  /** ThumbHash in base64, and the dominant colour as `#rrggbb`. */
  readonly placeholder: { readonly thumbhash: string; readonly color: string };
  /** Of the original, base64. */
  readonly checksum_sha256: string;
}

/**
 * A row of the table that stands for an image. Times named `*_at` are epoch milliseconds but for `created_at` and
 * `updated_at` (ISO 8601 with milliseconds) and `expires_at` (epoch seconds: DynamoDB's TTL). Rows that are deleted or have expired are tombstones:
 * they hold nothing that tells of the image, `content_type` and `size` neither.
 */
export interface ImageRow extends Partial<ImageFacts> {
  readonly image_id: string;
  /** Who it belongs to, `<user>` or `<t>#<user>`; stays for as long as the row does. */
  readonly owner: string;
  /** Equals `owner` from the moment the image is listed (index `by_user`). */
  readonly user_id?: string;
  /** `<ISO ms>#<image_id>`: an index does not order equal range keys. */
  readonly created_at?: string;
  readonly updated_at: string;
  readonly status: Status;
  /** Grows with every change of what the API shows. */
  readonly version: number;
  /** The only key that this image's original can have. */
  readonly object_key: string;
  /** When the last upload URL handed out ends. */
  readonly url_until: number;
  /** How often workers have claimed it. Only a row that has it can have variants. */
  readonly attempt?: number;
  /** Claims since the upload, or since an operator's last redrive. */
  readonly tries?: number;
  /** When the last worker's claim ends. */
  readonly claim_until?: number;
  /** Until when one worker alone makes the variants of a ready image again, and which worker: `<epoch milliseconds>#<holder>`. */
  readonly remake_lease?: string;
  /** Each in the first of its formats, in the order of the service's set. */
  readonly variants?: readonly VariantRecord[];
  readonly content_type: ImageType;
  /** The type that the leading bytes show, where it differs from the declared one (HEIC and HEIF). */
  readonly sniffed_type?: ImageType;
  readonly size: number;
  readonly etag?: string;
  readonly filename?: string;
  readonly tags?: readonly string[];
  readonly rejection?: Rejection;
  /** SHA-256 of the normalised body of the request that made the row, where it had an idempotency key. */
  readonly request_hash?: string;
  /**
   * A CDN may have variants of an image that is deleted, rejected or failed, and has not accepted an invalidation yet. The record stays due until
   * then. The value is the `version` at which it was marked.
   */
  readonly invalidate?: number;
  /** Partition of `by_due` (see SWEEP_GROUPS), and when the sweeper visits next. Both or neither. */
  readonly sweep?: number;
  readonly due_at?: number;
  readonly expires_at?: number;
}

/**
 * An original that a decoder has died of, by what it is: `image_id` is `refused#<hash of bytes and limits>`. The same bytes are refused
 * without another try while the limits are the same.
 */
export interface RejectedBytesRow {
  readonly image_id: string;
  readonly rejection: Rejection;
  /** Epoch seconds. */
  readonly expires_at: number;
}

export const REJECTED_BYTES_PREFIX = 'refused#';

/**
 * A slot is a lease (`LeaseRow`) on one of the workers that an owner may occupy at once. `owner` is a hash, so that no key names a user.
 * `image_id` is `slot#<owner>#<number>`.
 */
export const SLOT_PREFIX = 'slot#';

export function buildSlotId(owner: string, number: number): string {
  return `${SLOT_PREFIX}${owner}#${number}`;
}

/**
 * A facet row makes one tag or one content type a key lookup in `by_user`:
 * `image_id` is `<id>#tag:holiday`, `user_id` is `<user>#tag:holiday`.
 */
export interface FacetRow {
  readonly image_id: string;
  readonly user_id: string;
  readonly created_at: string;
}
