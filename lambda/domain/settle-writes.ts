import type { SweepGuard } from './image-states';
import type { Write } from './ports';
import { RESUMED } from './publication';
import type { ImageRecord } from '../../src/contract';

/** Writes of the last sweeps of a record. As in image-states.ts, each demands an unchanged record. */

const DAY_SECONDS = 86_400;

/** Attributes of a record that waits for the CDN. Without a CDN they are only removed. */
const WAITS = ['invalidate', 'public_until', 'unpublished'] as const;

/**
 * The last sweep of a record whose state allows no bytes or no variants. A deleting record becomes deleted; nothing is
 * due any more.
 */
export function settleWrites(record: ImageRecord, now: number, deletedRecordDays: number, visit: SweepGuard): Write[] {
  const expires_at = Math.ceil(now / 1000) + deletedRecordDays * DAY_SECONDS;
  // A tombstone with an idempotency key never expires: its key must go on to answer 409.
  const mayExpire = record.status === 'expired' || (record.status === 'deleting' && record.request_hash === undefined);
  return [{
    update: record.image_id,
    set: {
      ...(record.status === 'deleting' ? { status: 'deleted' as const } : {}),
      ...(mayExpire ? { expires_at } : {}),
    },
    remove: ['sweep', 'due_at', ...WAITS.filter(name => record[name] !== undefined)],
    guard: {
      status: record.status,
      object_key: record.object_key,
      ...Object.fromEntries(WAITS.map(name => [name, record[name]])),
      ...visit,
    },
  }];
}

/**
 * All copies have been deleted, and no more can come. The record waits for an invalidation that CloudFront accepts from
 * now on.
 */
export function closeCopiesWrites(record: ImageRecord, visit: SweepGuard, next: number): Write[] {
  const { status, object_key, public_until, unpublished } = record;
  return [{
    update: record.image_id,
    set: { unpublished: -record.version, due_at: next },
    remove: ['public_until'],
    guard: { status, object_key, public_until, unpublished, ...visit },
  }];
}

/** The last sweep of a ready image: nothing is due any more. */
export function settleReadyWrites(record: ImageRecord, visit: SweepGuard): Write[] {
  const { status, object_key, public_until, unpublished } = record;
  return [{
    update: record.image_id,
    set: {},
    remove: [...RESUMED],
    guard: { status, object_key, public_until, unpublished, ...visit },
  }];
}
