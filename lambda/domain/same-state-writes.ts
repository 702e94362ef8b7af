import { scheduleCheck, scheduleSoon } from './due-dates';
import { buildClaimGuard, getInvalidationMark } from './image-states';
import { buildFailure } from './last-error';
import type { Write } from './ports';
import { computeUpdateTime } from './timestamps';
import type { FailureCode, ImageFacts, ImageRecord, VariantRecord } from '../../src/contract';

/** Writes that change a record and leave its state. As in image-states.ts, each demands an unchanged record. */

/** processing → processing, without a claim: the try failed, and the next need not wait for the end of the claim. */
export function endClaimWrites(record: ImageRecord, code: FailureCode, now: number): Write[] {
  return [{
    update: record.image_id,
    set: { claim_until: now, last_error: buildFailure(code, now) },
    guard: { ...buildClaimGuard(record), claim_until: record.claim_until },
  }];
}

/** ready → ready, before the first worker begins: from now on there can be variants to delete. */
export function startAttemptWrites(record: ImageRecord): Write[] {
  return [{ update: record.image_id, set: { attempt: 1 }, guard: { ...buildClaimGuard(record), attempt: undefined } }];
}

/** ready → ready, leased to one worker. */
export function leaseWrites(record: ImageRecord, remake_lease: string): Write[] {
  const guard = { status: record.status, object_key: record.object_key, remake_lease: record.remake_lease };
  return [{ update: record.image_id, set: { remake_lease }, guard }];
}

/** Ends the lease, if the record still has it. */
export function releaseLeaseWrites(imageId: string, remake_lease: string): Write[] {
  return [{ update: imageId, set: {}, remove: ['remake_lease'], guard: { remake_lease } }];
}

/** ready → ready, with other variants, by the worker that has the lease. */
export function reprocessWrites(
  record: ImageRecord, facts: Partial<ImageFacts>, variants: readonly VariantRecord[], now: number,
): Write[] {
  return [{
    update: record.image_id,
    set: { ...facts, variants, updated_at: computeUpdateTime(record, now), version: record.version + 1 },
    guard: {
      status: record.status,
      object_key: record.object_key,
      version: record.version,
      remake_lease: record.remake_lease,
    },
  }];
}

/** deleting → deleting, and likewise rejected and failed: bytes came late, and a CDN may have cached them. */
export function awaitInvalidationWrites(record: ImageRecord, now: number): Write[] {
  const guard = { status: record.status, object_key: record.object_key };
  return [
    { update: record.image_id, set: { invalidate: getInvalidationMark(record), ...scheduleSoon(record, now) }, guard },
  ];
}

/** CloudFront has accepted the invalidation of this key. A message with the key of another record clears nothing. */
export function clearInvalidationWrites(imageId: string, object_key: string, mark: number): Write[] {
  return [{ update: imageId, set: {}, remove: ['invalidate'], guard: { object_key, invalidate: mark } }];
}

/** Likewise for the public URLs of an image that is no longer public. */
export function clearUnpublishedWrites(imageId: string, object_key: string, unpublished: number): Write[] {
  return [{ update: imageId, set: {}, remove: ['unpublished'], guard: { object_key, unpublished } }];
}

/** Moves a record's next sweep. Only one sweeper succeeds. */
export function rescheduleWrites(record: ImageRecord, next: number): Write[] {
  return [{
    update: record.image_id,
    set: { due_at: next },
    guard: { status: record.status, object_key: record.object_key, due_at: record.due_at },
  }];
}

/** pending → pending: there is no object yet. A URL that was renewed meanwhile has its own dates. */
export function keepPendingWrites(record: ImageRecord, now: number): Write[] {
  const { status, object_key, due_at, url_until } = record;
  return [
    { update: record.image_id, set: scheduleCheck(record, now), guard: { status, object_key, due_at, url_until } },
  ];
}

/** pending → pending, with a URL that ends later. An earlier check of the record stays. */
export function renewUrlWrites(record: ImageRecord, url_until: number, now: number): Write[] {
  const date = scheduleCheck({ ...record, url_until }, now);
  const isSooner = record.due_at === undefined || date.due_at < record.due_at;
  const guard = {
    status: record.status,
    object_key: record.object_key,
    url_until: record.url_until,
    due_at: record.due_at,
  };
  return [{ update: record.image_id, set: { url_until, ...isSooner && date }, guard }];
}
