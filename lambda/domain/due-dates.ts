import { createHash } from 'node:crypto';
import { type ImageRecord, SWEEP, SWEEP_GROUPS } from '../../src/contract';

export function computeShard(imageId: string): number {
  return createHash('sha256').update(imageId, 'utf8').digest()[0] % SWEEP.SHARDS;
}

/** The date of a record's next sweep, and the partition that lists it. */
type Due = Required<Pick<ImageRecord, 'sweep' | 'due_at'>>;

export function computePartition({ image_id }: Pick<ImageRecord, 'image_id'>, group: number): number {
  return group * SWEEP.SHARDS + computeShard(image_id);
}

/** For records with uploaded bytes, and for deleted ones. */
export function scheduleSoon(record: Pick<ImageRecord, 'image_id'>, now: number): Due {
  return { sweep: computePartition(record, SWEEP_GROUPS.UPLOADED), due_at: now + SWEEP.INTERVAL_MS };
}

/**
 * The next check of a pending record without an object. The last check before its expiry comes when no PUT should be
 * under way.
 */
export function scheduleCheck(record: Pick<ImageRecord, 'image_id' | 'url_until'>, now: number): Due {
  const last = record.url_until + SWEEP.LAST_LOOK_MS;
  if (now < last) {
    return { sweep: computePartition(record, SWEEP_GROUPS.AWAITED), due_at: Math.min(now + SWEEP.LOOK_MS, last) };
  }
  return { sweep: computePartition(record, SWEEP_GROUPS.ABANDONED), due_at: record.url_until + SWEEP.GRACE_MS };
}

/** From this time on, no upload and no worker can bring bytes: see the grace period in the contract. */
export function computeQuietTime(record: ImageRecord): number {
  return Math.max(record.url_until, record.claim_until ?? 0, Date.parse(record.updated_at)) + SWEEP.GRACE_MS;
}
