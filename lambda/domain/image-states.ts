import { computePartition, computeQuietTime, computeShard, scheduleSoon } from './due-dates';
import { putFacets, putShares, removeFacets } from './facets';
import { buildFailure } from './last-error';
import type { StoredObject, Write } from './ports';
import { endPublication } from './publication';
import { computeUpdateTime, formatTime } from './timestamps';
import {
  type FailureCode, type ImageFacts, type ImageRecord, type Rejection, SWEEP, SWEEP_GROUPS, type VariantRecord,
} from '../../src/contract';

/**
 * The transitions of the state machine (ARCHITECTURE.md). Each builds a set of writes that happens as a whole or not at
 * all, and only if the record is unchanged since it was read. Transitions with facets also demand the version.
 */

/** A sweeper that moved `due_at` demands that no other sweeper has moved it since. */
export interface SweepGuard {
  readonly due_at: number;
}

function buildGuard(record: ImageRecord, visit?: SweepGuard) {
  return { status: record.status, version: record.version, object_key: record.object_key, ...visit };
}

function buildListing(record: ImageRecord, now: number) {
  const created_at = `${formatTime(now)}#${record.image_id}`;
  return { user_id: record.owner, created_at, updated_at: computeUpdateTime(record, now), version: record.version + 1 };
}

export interface FoundObject extends StoredObject {
  readonly sniffedType?: ImageRecord['sniffed_type'];
}

/**
 * pending → ready, or → processing if workers process uploads. The URL has been used, so only processing images stay
 * due.
 */
export function acceptWrites(
  record: ImageRecord, found: FoundObject, status: 'ready' | 'processing', now: number, visit?: SweepGuard,
): Write[] {
  const set = {
    ...buildListing(record, now),
    status,
    ...(status === 'processing' ? scheduleSoon(record, now) : {}),
    etag: found.etag,
    ...(found.storedAt === undefined ? {} : { uploaded_at: found.storedAt }),
    ...(found.sniffedType && found.sniffedType !== record.content_type ? { sniffed_type: found.sniffedType } : {}),
  };
  return [
    {
      update: record.image_id,
      set,
      remove: status === 'ready' ? ['sweep', 'due_at'] : [],
      guard: buildGuard(record, visit),
    },
    ...putFacets({ ...record, status, created_at: set.created_at }),
  ];
}

/** pending → rejected. A live URL can still bring bytes, so the record stays due until none can come. */
export function rejectPendingWrites(
  record: ImageRecord, rejection: Rejection, now: number, visit?: SweepGuard,
): Write[] {
  const set = { ...buildListing(record, now), status: 'rejected' as const, rejection, ...scheduleSoon(record, now) };
  return [
    { update: record.image_id, set, guard: buildGuard(record, visit) },
    ...putFacets({ ...record, status: set.status, created_at: set.created_at }),
  ];
}

/** The claim of a record. Only the worker with that attempt writes its outcome. */
export function buildClaimGuard(record: ImageRecord) {
  return { status: record.status, attempt: record.attempt, object_key: record.object_key };
}

/** processing → processing, claimed by one worker until `until`. The error of the try before no longer holds. */
export function claimWrites(record: ImageRecord, until: number): Write[] {
  const { sweep, due_at } = scheduleSoon(record, until);
  const set = { attempt: (record.attempt ?? 0) + 1, tries: (record.tries ?? 0) + 1, claim_until: until, sweep, due_at };
  return [{
    update: record.image_id,
    set,
    remove: ['last_error'],
    guard: { ...buildClaimGuard(record), claim_until: record.claim_until },
  }];
}

/**
 * A visible change. It demands the version, since it must not undo a concurrent PATCH; on a conflict the caller
 * tries again.
 */
function buildChange(record: ImageRecord, now: number, visit?: SweepGuard) {
  return {
    set: { updated_at: computeUpdateTime(record, now), version: record.version + 1 },
    guard: { ...buildClaimGuard(record), version: record.version, ...visit },
  };
}

/** processing → ready. Variants that a CDN cached from earlier attempts may be shown from now on. */
export function completeWrites(
  record: ImageRecord, facts: Partial<ImageFacts>, variants: readonly VariantRecord[], now: number, visit?: SweepGuard,
): Write[] {
  const { set, guard } = buildChange(record, now, visit);
  return [{
    update: record.image_id,
    set: { ...set, ...facts, variants, status: 'ready' },
    remove: ['sweep', 'due_at', 'tries', 'invalidate', 'last_error'],
    guard,
  }, ...putShares(record)];
}

/** The mark of a record with attempts: they may have stored variants, and a CDN may have cached them. */
function buildInvalidationMark(record: ImageRecord, hasCdn: boolean): { invalidate?: number } {
  return hasCdn && record.attempt !== undefined ? { invalidate: record.version + 1 } : {};
}

/** processing → rejected. The sweeper deletes late bytes and variants. */
export function rejectProcessingWrites(
  record: ImageRecord, rejection: Rejection, now: number, hasCdn: boolean,
): Write[] {
  const { set, guard } = buildChange(record, now);
  return [{
    update: record.image_id,
    set: {
      ...set,
      status: 'rejected',
      rejection,
      ...scheduleSoon(record, now),
      ...buildInvalidationMark(record, hasCdn),
    },
    remove: ['last_error'],
    guard,
  }];
}

/**
 * processing → failed: our fault. The original stays, for a redrive. With a CDN the record is due at once, since the
 * variants of its attempts must be deleted.
 */
export function failWrites(
  record: ImageRecord, code: FailureCode, now: number, hasCdn: boolean, visit?: SweepGuard,
): Write[] {
  const { set, guard } = buildChange(record, now, visit);
  const due = hasCdn ? { ...scheduleSoon(record, now), due_at: now, ...buildInvalidationMark(record, hasCdn) } : {};
  return [{
    update: record.image_id,
    set: { ...set, status: 'failed', last_error: buildFailure(code, now), ...due },
    remove: hasCdn ? ['claim_until'] : ['claim_until', 'sweep', 'due_at'],
    guard,
  }];
}

/**
 * failed → failed: no worker may claim the image before `until`, redriven or not, while a sweeper deletes the variants.
 */
export function blockClaimsWrites(record: ImageRecord, until: number, visit: SweepGuard): Write[] {
  const guard = { status: record.status, object_key: record.object_key, claim_until: record.claim_until, ...visit };
  return [{ update: record.image_id, set: { claim_until: until }, guard }];
}

/**
 * Ends the block, and keeps the block of an earlier sweeper, which may still delete. An operator may have redriven the
 * image meanwhile.
 */
export function unblockClaimsWrites(record: ImageRecord, until: number, now: number): Write[] {
  const { image_id, object_key, claim_until = 0 } = record;
  const rest = claim_until > now ? { set: { claim_until } } : { set: {}, remove: ['claim_until' as const] };
  return [{ update: image_id, ...rest, guard: { object_key, claim_until: until } }];
}

/**
 * processing → processing, without a claim: the original is not scanned yet. The attempt does not count as a try. The
 * scanner's event continues the work, or else the sweeper.
 */
export function awaitScanWrites(record: ImageRecord, now: number): Write[] {
  const waited = now - Date.parse(record.updated_at);
  const pause = Math.min(Math.max(waited, SWEEP.INTERVAL_MS), SWEEP.GRACE_MS);
  const set = {
    tries: Math.max((record.tries ?? 0) - 1, 0),
    sweep: computeShard(record.image_id),
    due_at: now + pause,
  };
  return [{
    update: record.image_id,
    set,
    remove: ['claim_until'],
    guard: { ...buildClaimGuard(record), claim_until: record.claim_until },
  }];
}

/**
 * failed → processing, with all its tries again. Its announcement usually comes before the sweeper. `claim_until`
 * stays, since it can be a sweeper's block. `invalidate` stays, too: variants in the CDN are allowed once the image is
 * ready, and marked again when it fails again.
 */
export function redriveWrites(record: ImageRecord, now: number): Write[] {
  const { set, guard } = buildChange(record, now);
  return [{
    update: record.image_id,
    set: { ...set, status: 'processing', ...scheduleSoon(record, now) },
    remove: ['tries'],
    guard,
  }];
}

/**
 * Attributes that describe an image. A tombstone needs only the object's key, the end of uploads, and the id and hash
 * of the create request.
 */
const DESCRIPTION = [
  'animated', 'checksum_sha256', 'content_type', 'etag', 'filename', 'format', 'height', 'last_error', 'placeholder',
  'rejection', 'remake_lease', 'shared_with', 'sharing_version', 'size', 'sniffed_type', 'tags', 'uploaded_at',
  'variants', 'visibility', 'width',
] as const satisfies readonly (keyof ImageRecord)[];

/**
 * any → deleting. Listings and descriptions of the image go at once. With a CDN the record waits for its invalidation.
 * The guard on `attempt` detects a first claim at the same moment.
 */
export function deleteWrites(record: ImageRecord, now: number, hasCdn: boolean): Write[] {
  return [
    {
      update: record.image_id,
      set: {
        status: 'deleting',
        updated_at: computeUpdateTime(record, now),
        version: record.version + 1,
        ...scheduleSoon(record, now),
        ...buildInvalidationMark(record, hasCdn),
        ...endPublication(record, now),
      },
      remove: ['user_id', 'created_at', ...DESCRIPTION],
      guard: { ...buildGuard(record), ...hasCdn && { attempt: record.attempt } },
    },
    ...removeFacets(record),
  ];
}

/**
 * Value of `invalidate`, and of the invalidation that clears it: an invalidation of an earlier state must not clear it.
 */
export function getInvalidationMark(record: ImageRecord): number {
  return record.invalidate ?? record.version;
}

/** pending → expired: there was no upload. A renewed URL forbids it. The next sweep is the last one. */
export function expireWrites(record: ImageRecord, now: number, visit: SweepGuard): Write[] {
  const updated_at = computeUpdateTime(record, now);
  const date = {
    sweep: computePartition(record, SWEEP_GROUPS.ABANDONED),
    due_at: computeQuietTime({ ...record, updated_at }),
  };
  return [{
    update: record.image_id,
    set: { status: 'expired', updated_at, version: record.version + 1, ...date },
    remove: DESCRIPTION,
    guard: { ...buildGuard(record, visit), url_until: record.url_until },
  }];
}

/** The record after these writes. */
export function applyWrites(record: ImageRecord, edge: readonly Write[]): ImageRecord {
  const write = edge.find(candidate => 'update' in candidate);
  if (write === undefined) return record;
  const gone = new Set<string>(write.remove);
  const kept = Object.entries({ ...record, ...write.set }).filter(([attribute]) => !gone.has(attribute));
  return Object.fromEntries(kept) as unknown as ImageRecord;
}

/** Whether bytes may be stored for this image. */
export function isLive({ status }: ImageRecord): boolean {
  return status === 'pending' || status === 'processing' || status === 'ready' || status === 'failed';
}

/** Records that the API shows; all others answer 404. */
export function isVisible(record: ImageRecord): boolean {
  return record.status !== 'deleting' && record.status !== 'deleted' && record.status !== 'expired';
}
