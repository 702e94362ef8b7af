import type { Failure } from './failures';
import type { ImageType } from './media-types';
import type { Rejection } from './rejection-codes';
import type { VariantFormat } from './variant-definition';

/** States of an image. The API answers 404 for `deleting`, `deleted` and `expired`. */
export const STATUSES = [
  'pending', 'processing', 'ready', 'rejected', 'failed', 'deleting', 'deleted', 'expired',
] as const;
export type Status = typeof STATUSES[number];

/** A variant that is stored, or that is made at the first request for it. */
export interface VariantRecord {
  readonly name: string;
  readonly format: VariantFormat;
  readonly width: number;
  readonly height: number;
  /** Size in bytes. Absent if the variant is made on demand. */
  readonly size?: number;
  /** Fingerprint of the definition. URLs are immutable, so another definition needs another name. */
  readonly settings: string;
}

/** Facts about an image, from a worker. */
export interface ImageFacts {
  /** Pixels of the upright image. */
  readonly width: number;
  readonly height: number;
  /** Format of the bytes: `jpeg`, `png`, `gif`, `webp`, `avif`, `heic`. */
  readonly format: string;
  readonly animated: boolean;
  /** ThumbHash in base64, and the dominant colour as `#rrggbb`. */
  readonly placeholder: { readonly thumbhash: string; readonly color: string };
  /** SHA-256 of the original in base64. */
  readonly checksum_sha256: string;
}

/**
 * The record of an image. Times named `*_at` are epoch milliseconds. Exceptions: `created_at` and `updated_at` are ISO
 * 8601 with milliseconds, and `expires_at` is epoch seconds for DynamoDB's time to live. Records of deleted or expired
 * images are tombstones: they hold no data of the image, not even `content_type` and `size`.
 */
export interface ImageRecord extends Partial<ImageFacts> {
  readonly image_id: string;
  /** Owner, `<user>` or `<t>#<user>`. Stays as long as the record. */
  readonly owner: string;
  /** Equals `owner` once the image is listed (index `by_user`). */
  readonly user_id?: string;
  /** `<ISO ms>#<image_id>`: an index does not order equal sort keys. */
  readonly created_at?: string;
  readonly updated_at: string;
  readonly status: Status;
  /** Increases with every change that the API shows. */
  readonly version: number;
  /** The only possible key of this image's original. */
  readonly object_key: string;
  /** End of the last issued upload URL. */
  readonly url_until: number;
  /** Number of claims by workers. Only a record with this attribute can have variants. */
  readonly attempt?: number;
  /** Claims since the upload, or since an operator's last redrive. */
  readonly tries?: number;
  /** End of the last claim. */
  readonly claim_until?: number;
  /** Lease of the worker that reprocesses a ready image: `<epoch milliseconds>#<holder>`. */
  readonly remake_lease?: string;
  /** Each variant in the first of its formats, in the order of the service's set. */
  readonly variants?: readonly VariantRecord[];
  readonly content_type: ImageType;
  /** Type by the leading bytes, if it differs from the declared type (HEIC and HEIF). */
  readonly sniffed_type?: ImageType;
  readonly size: number;
  readonly etag?: string;
  readonly filename?: string;
  readonly tags?: readonly string[];
  /** `public`: every caller of the tenant may see the ready image. Absent if the image is private. */
  readonly visibility?: 'public';
  /** Users and groups that may see the ready image: `user:<id>` or `group:<name>`, in the owner's order. */
  readonly shared_with?: readonly string[];
  /** `version` of the last change of `visibility` or `shared_with` while the image was ready. Events need it. */
  readonly sharing_version?: number;
  readonly rejection?: Rejection;
  /** Why the last try failed. Absent while a worker has a claim, and once the image is ready, rejected or deleted. */
  readonly last_error?: Failure;
  /**
   * Id of the request that created the image: it names the image's log lines, also those of its tombstone. Never shown
   * to clients. Absent in records of older releases.
   */
  readonly request_id?: string;
  /** When storage received the original, to the second. Absent before the upload is confirmed, and in older records. */
  readonly uploaded_at?: number;
  /** SHA-256 of the normalized body of the create request, if it had an idempotency key. */
  readonly request_hash?: string;
  /**
   * Marks a deleted, rejected or failed image with variants that a CDN may have cached. The record stays due until
   * CloudFront accepts an invalidation. The value is the `version` at the time of the mark.
   */
  readonly invalidate?: number;
  /**
   * When the image ceased to be public, made private or deleted (epoch milliseconds). For an hour from then, the
   * transform function may still store copies for public URLs.
   */
  readonly public_until?: number;
  /**
   * Marks an image that was public: CloudFront has not yet accepted the invalidation of its public URLs. The value is
   * the `version` that ended the publication. The last invalidation, after that hour, has the negative version, so that
   * no earlier message clears its mark.
   */
  readonly unpublished?: number;
  /** Partition of `by_due` (see SWEEP_GROUPS) and time of the next sweep. Both or neither. */
  readonly sweep?: number;
  readonly due_at?: number;
  readonly expires_at?: number;
}
