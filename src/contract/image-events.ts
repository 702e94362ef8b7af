import type { FailureCode } from './failures';
import type { Status } from './image-record';
import type { RejectionCode } from './rejection-codes';
import type { Visibility } from './sharing';

/** `source` of every event. docs/events.md describes the events for their consumers. */
export const EVENT_SOURCE = 'cdk-image-service';

/** Grows with changes that break consumers. New optional fields do not change it. */
export const EVENT_SCHEMA_VERSION = 1;

/** Events of images that enter another status. */
export const EDGE_TYPES = ['ready', 'rejected', 'failed', 'deleted'] as const;
export type EdgeType = typeof EDGE_TYPES[number];

export const EVENT_TYPES = [...EDGE_TYPES, 'shared'] as const;
export type EventType = typeof EVENT_TYPES[number];

/** `detail-type` of each event. */
export const DETAIL_TYPES: Record<EventType, string> = {
  ready: 'Image Ready',
  rejected: 'Image Rejected',
  failed: 'Image Failed',
  deleted: 'Image Deleted',
  shared: 'Image Shared',
};

/**
 * The status that a record enters when the event happens. A deleted image is gone for its clients from `deleting` on;
 * the sweeper deletes late bytes after that.
 */
export const EVENT_STATUSES: Record<EdgeType, Status> = {
  ready: 'ready',
  rejected: 'rejected',
  failed: 'failed',
  deleted: 'deleting',
};

/** A variant as events show it. Without URLs: those are signed for a caller, and end. */
export interface EventVariant {
  readonly name: string;
  readonly content_type: string;
  readonly width: number;
  readonly height: number;
  /** Size in bytes. Null if the variant is made on demand. */
  readonly size: number | null;
}

/**
 * `detail` of an event. It holds no file name, tag, URL or location, since buses, archives and targets have more
 * readers than images have.
 */
export interface EventDetail {
  /** `<image_id>:<version>:<status>`: the same in each delivery of an event. `status` is the event's type. */
  readonly event_id: string;
  readonly schema_version: typeof EVENT_SCHEMA_VERSION;
  readonly image_id: string;
  /** Grows with each change of the image: a consumer ignores versions below one that it has seen. */
  readonly version: number;
  readonly status: EventType;
  readonly previous_status: Status;
  /** Time of the change, ISO 8601 with milliseconds. */
  readonly updated_at: string;
  /** The opaque user segment of delivery URLs: events of one user have one value. */
  readonly owner: string;
  /** Only with `Events.eventBridge({ includeUserId: true })`. */
  readonly user_id?: string;
  /** The declared type and size. Absent in `Image Deleted`, since nothing is kept of a deleted image. */
  readonly content_type?: string;
  readonly size?: number;
  /** Pixels of the upright image, in `Image Ready`. Null with `Processing.none()`. */
  readonly width?: number | null;
  readonly height?: number | null;
  readonly format?: string | null;
  readonly animated?: boolean | null;
  readonly variants?: readonly EventVariant[];
  readonly rejection_code?: RejectionCode;
  readonly failure_code?: FailureCode | null;
  /** In `Image Ready` and `Image Shared`. */
  readonly visibility?: Visibility;
  /** Number of entries in `shared_with`. The entries name users, so they need `includeUserId`. */
  readonly share_count?: number;
  readonly shared_with?: readonly string[];
}

/** Variables of the publisher. Of `COMMON_ENV` it gets only those that Powertools reads. */
export const PUBLISHER_ENV = {
  /** Name of the event bus. */
  EVENT_BUS: 'EVENT_BUS_NAME',
  /** ARN of the table. Events name it in `resources`, so that rules tell services apart. */
  TABLE_ARN: 'TABLE_ARN',
  /** `true` if events hold the user id. */
  INCLUDE_USER_ID: 'INCLUDE_USER_ID',
} as const;

/** Settings of the stream and of its event source mapping. Times are seconds. */
export const STREAM = {
  /**
   * The least that shows a change of status: with new images only, an edit of a ready image would look like an image
   * that became ready.
   */
  VIEW_TYPE: 'NEW_AND_OLD_IMAGES',
  BATCH_SIZE: 100,
  /** Two batches of a shard at a time: a batch that is tried again holds up half of its shard. */
  PARALLELIZATION: 2,
  /**
   * A stream keeps records for 24 hours (Amazon DynamoDB Developer Guide, "Change data capture for DynamoDB Streams").
   * Records that fail for half of that time go to the queue of undelivered events, and the rest is left to publish them
   * by hand.
   */
  MAX_RECORD_AGE: 12 * 3600,
  /** Lambda's maximum: the age decides. */
  MAX_RETRIES: 10_000,
  TIMEOUT: 60,
} as const;

/**
 * Filter criteria of the event source mapping, one pattern for each event, 5 at most. Lambda filters streams by the key
 * `dynamodb` only, so inserts are excluded by the old image that they lack. No pattern can compare two images: the one
 * for shares passes each change of a ready image that was shared while it was ready.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
 */
export function buildStreamFilters(): object[] {
  const edges = EDGE_TYPES.map(type => EVENT_STATUSES[type]).map(status => ({
    dynamodb: {
      NewImage: { status: { S: [status] } },
      OldImage: { status: { S: [{ 'anything-but': [status] }] } },
    },
  }));
  const shares = {
    dynamodb: {
      NewImage: { status: { S: ['ready'] }, sharing_version: { N: [{ exists: true }] } },
      OldImage: { status: { S: ['ready'] } },
    },
  };
  return [...edges, shares];
}
