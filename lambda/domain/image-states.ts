import { createHash } from 'node:crypto';
import { putFacets, removeFacets } from './facets';
import type { StoredObject, Write } from './ports';
import { type ImageFacts, type ImageRow, type Rejection, SWEEP, SWEEP_GROUPS, type VariantRecord } from '../../src/contract';

/**
 * The edges of the state machine (ARCHITECTURE.md). Each is one set of writes that happens whole or not at all, and only
 * if the row is still as it was read. Edges whose facets derive from the tags demand the version, too.
 */

/** A visitor that moved `due_at` demands that it is still the one who moved it. */
export interface SweepGuard {
  readonly due_at: number;
}

const DAY_SECONDS = 86_400;

export function computeShard(imageId: string): number {
  return createHash('sha256').update(imageId, 'utf8').digest()[0] % SWEEP.SHARDS;
}

export function formatTime(now: number): string {
  return new Date(now).toISOString();
}

/** `updated_at` of the next version: it moves with every change, also within a millisecond or when a clock goes back. */
export function computeUpdatedAt(row: ImageRow, now: number): string {
  return formatTime(Math.max(now, Date.parse(row.updated_at) + 1));
}

function buildGuard(row: ImageRow, visit?: SweepGuard) {
  return { status: row.status, version: row.version, object_key: row.object_key, ...visit };
}

function buildListing(row: ImageRow, now: number) {
  const created_at = `${formatTime(now)}#${row.image_id}`;
  return { user_id: row.owner, created_at, updated_at: computeUpdatedAt(row, now), version: row.version + 1 };
}

export interface FoundObject extends StoredObject {
  readonly sniffedType?: ImageRow['sniffed_type'];
}

/** pending → ready, or → processing where a worker comes first. The URL is spent; only what is not ready is left to be swept. */
export function acceptWrites(row: ImageRow, found: FoundObject, status: 'ready' | 'processing', now: number, visit?: SweepGuard): Write[] {
  const set = {
    ...buildListing(row, now),
    status,
    ...(status === 'processing' ? scheduleSoon(row, now) : {}),
    etag: found.etag,
    ...(found.sniffedType && found.sniffedType !== row.content_type ? { sniffed_type: found.sniffedType } : {}),
  };
  return [
    { update: row.image_id, set, remove: status === 'ready' ? ['sweep', 'due_at'] : [], guard: buildGuard(row, visit) },
    ...putFacets({ ...row, created_at: set.created_at }),
  ];
}

/** pending → rejected. A live URL can still bring bytes, so the row stays due until they cannot come any more. */
export function rejectPendingWrites(row: ImageRow, rejection: Rejection, now: number, visit?: SweepGuard): Write[] {
  const set = { ...buildListing(row, now), status: 'rejected' as const, rejection, ...scheduleSoon(row, now) };
  return [
    { update: row.image_id, set, guard: buildGuard(row, visit) },
    ...putFacets({ ...row, created_at: set.created_at }),
  ];
}

/** Which claim a row is in. Nobody else writes the outcome of the attempt that a worker holds. */
function buildClaimGuard(row: ImageRow) {
  return { status: row.status, attempt: row.attempt, object_key: row.object_key };
}

/** processing → processing, in the hands of one worker until `until`. */
export function claimWrites(row: ImageRow, until: number): Write[] {
  const { sweep, due_at } = scheduleSoon(row, until);
  const set = { attempt: (row.attempt ?? 0) + 1, tries: (row.tries ?? 0) + 1, claim_until: until, sweep, due_at };
  return [{ update: row.image_id, set, guard: { ...buildClaimGuard(row), claim_until: row.claim_until } }];
}

/** A change of what is shown, which a tag edited meanwhile must not undo: so the version is demanded, and the caller tries again. */
function buildChange(row: ImageRow, now: number, visit?: SweepGuard) {
  return {
    set: { updated_at: computeUpdatedAt(row, now), version: row.version + 1 },
    guard: { ...buildClaimGuard(row), version: row.version, ...visit },
  };
}

/** processing → ready. What a CDN has of earlier attempts may be shown from now on. */
export function completeWrites(
  row: ImageRow, facts: Partial<ImageFacts>, variants: readonly VariantRecord[], now: number, visit?: SweepGuard,
): Write[] {
  const { set, guard } = buildChange(row, now, visit);
  return [{ update: row.image_id, set: { ...set, ...facts, variants, status: 'ready' }, remove: ['sweep', 'due_at', 'tries', 'invalidate'], guard }];
}

/** The mark of a record that a worker claimed: its attempts may have stored variants, and a CDN may have cached them. */
function buildInvalidationMark(row: ImageRow, hasCdn: boolean): { invalidate?: number } {
  return hasCdn && row.attempt !== undefined ? { invalidate: row.version + 1 } : {};
}

/** processing → rejected. Late bytes and variants are the sweeper's. */
export function rejectProcessingWrites(row: ImageRow, rejection: Rejection, now: number, hasCdn: boolean): Write[] {
  const { set, guard } = buildChange(row, now);
  return [{ update: row.image_id, set: { ...set, status: 'rejected', rejection, ...scheduleSoon(row, now), ...buildInvalidationMark(row, hasCdn) }, guard }];
}

/** processing → failed: our fault. The original stays, for a redrive. With a CDN the record is due at once: variants of its attempts must go. */
export function failWrites(row: ImageRow, now: number, hasCdn: boolean, visit?: SweepGuard): Write[] {
  const { set, guard } = buildChange(row, now, visit);
  const due = hasCdn ? { ...scheduleSoon(row, now), due_at: now, ...buildInvalidationMark(row, hasCdn) } : {};
  return [{ update: row.image_id, set: { ...set, status: 'failed', ...due }, remove: hasCdn ? ['claim_until'] : ['claim_until', 'sweep', 'due_at'], guard }];
}

/** failed → failed: no worker may claim the image before `until`, redriven or not, while a visitor deletes the variants. */
export function blockClaimsWrites(row: ImageRow, until: number, visit: SweepGuard): Write[] {
  const guard = { status: row.status, object_key: row.object_key, claim_until: row.claim_until, ...visit };
  return [{ update: row.image_id, set: { claim_until: until }, guard }];
}

/** Ends the hold, and leaves that of a visitor before, who may have died or may still delete. An operator may have redriven the image meanwhile. */
export function unblockClaimsWrites(row: ImageRow, until: number, now: number): Write[] {
  const { image_id, object_key, claim_until = 0 } = row;
  const rest = claim_until > now ? { set: { claim_until } } : { set: {}, remove: ['claim_until' as const] };
  return [{ update: image_id, ...rest, guard: { object_key, claim_until: until } }];
}

/** processing → processing, in nobody's hands: the scanner has not looked yet. That was no try; what its event does not bring back, the sweeper does. */
export function awaitScanWrites(row: ImageRow, now: number): Write[] {
  const waited = now - Date.parse(row.updated_at);
  const pause = Math.min(Math.max(waited, SWEEP.INTERVAL_MS), SWEEP.GRACE_MS);
  const set = { tries: Math.max((row.tries ?? 0) - 1, 0), sweep: computeShard(row.image_id), due_at: now + pause };
  return [{ update: row.image_id, set, remove: ['claim_until'], guard: { ...buildClaimGuard(row), claim_until: row.claim_until } }];
}

/** processing → processing, in nobody's hands: the try has failed, and the next need not wait until its claim runs out. */
export function endClaimWrites(row: ImageRow, now: number): Write[] {
  return [{ update: row.image_id, set: { claim_until: now }, guard: { ...buildClaimGuard(row), claim_until: row.claim_until } }];
}

/**
 * failed → processing, with all its tries again. Whoever announces it is quicker than the sweeper. `claim_until` is a visitor's hold and stays, as
 * does `invalidate`: what the CDN has of failed attempts is allowed once the image is ready, and marked again when it fails again.
 */
export function redriveWrites(row: ImageRow, now: number): Write[] {
  const { set, guard } = buildChange(row, now);
  return [{ update: row.image_id, set: { ...set, status: 'processing', ...scheduleSoon(row, now) }, remove: ['tries'], guard }];
}

/** ready → ready: its first worker comes, so that there can be variants to delete from now on. */
export function startAttemptWrites(row: ImageRow): Write[] {
  return [{ update: row.image_id, set: { attempt: 1 }, guard: { ...buildClaimGuard(row), attempt: undefined } }];
}

/** ready → ready, leased to one worker. */
export function leaseWrites(row: ImageRow, remake_lease: string): Write[] {
  return [{ update: row.image_id, set: { remake_lease }, guard: { status: row.status, object_key: row.object_key, remake_lease: row.remake_lease } }];
}

/** The lease is over, if it still is this one. */
export function releaseLeaseWrites(imageId: string, remake_lease: string): Write[] {
  return [{ update: imageId, set: {}, remove: ['remake_lease'], guard: { remake_lease } }];
}

/** ready → ready, with other variants, by the worker that has the lease. */
export function reprocessWrites(row: ImageRow, facts: Partial<ImageFacts>, variants: readonly VariantRecord[], now: number): Write[] {
  return [{
    update: row.image_id,
    set: { ...facts, variants, updated_at: computeUpdatedAt(row, now), version: row.version + 1 },
    guard: { status: row.status, object_key: row.object_key, version: row.version, remake_lease: row.remake_lease },
  }];
}

/** What tells of an image. Its tombstone needs none of it: where bytes may be, until when they can come, and the hash of a key's request are enough. */
const DESCRIPTION = [
  'animated', 'checksum_sha256', 'content_type', 'etag', 'filename', 'format', 'height', 'placeholder', 'rejection', 'remake_lease', 'size', 'sniffed_type', 'tags',
  'variants', 'width',
] as const satisfies readonly (keyof ImageRow)[];

/**
 * any → deleting. What names the image to people, and what tells of it, goes at once. Where a CDN may have variants, the row waits for it: a
 * first claim just then must not go unseen.
 */
export function deleteWrites(row: ImageRow, now: number, hasCdn: boolean): Write[] {
  return [
    {
      update: row.image_id,
      set: { status: 'deleting', updated_at: computeUpdatedAt(row, now), version: row.version + 1, ...scheduleSoon(row, now), ...buildInvalidationMark(row, hasCdn) },
      remove: ['user_id', 'created_at', ...DESCRIPTION],
      guard: { ...buildGuard(row), ...hasCdn && { attempt: row.attempt } },
    },
    ...removeFacets(row),
  ];
}

/** Value of `invalidate`, and of the invalidation that clears it: an invalidation for an earlier state of the record must not. */
export function getInvalidationMark(row: ImageRow): number {
  return row.invalidate ?? row.version;
}

/** deleting → deleting, and likewise rejected and failed: bytes came late, and a CDN may have them. */
export function awaitInvalidationWrites(row: ImageRow, now: number): Write[] {
  const guard = { status: row.status, object_key: row.object_key };
  return [{ update: row.image_id, set: { invalidate: getInvalidationMark(row), ...scheduleSoon(row, now) }, guard }];
}

/** CloudFront has accepted the invalidation of what is under this key. A message that names another record's key clears nothing. */
export function clearInvalidationWrites(imageId: string, object_key: string, mark: number): Write[] {
  return [{ update: imageId, set: {}, remove: ['invalidate'], guard: { object_key, invalidate: mark } }];
}

/** pending → expired: nobody uploaded. A URL that was renewed meanwhile forbids it. The next visit is the last one. */
export function expireWrites(row: ImageRow, now: number, visit: SweepGuard): Write[] {
  const updated_at = computeUpdatedAt(row, now);
  const date = { sweep: computePartition(row, SWEEP_GROUPS.ABANDONED), due_at: computeQuietTime({ ...row, updated_at }) };
  return [{
    update: row.image_id,
    set: { status: 'expired', updated_at, version: row.version + 1, ...date },
    remove: DESCRIPTION,
    guard: { ...buildGuard(row, visit), url_until: row.url_until },
  }];
}

/** The last visit to a row that allows no bytes, or no variants: deleting → deleted, and nothing is due any more. */
export function settleWrites(row: ImageRow, now: number, deletedRecordDays: number, visit: SweepGuard): Write[] {
  const expires_at = Math.ceil(now / 1000) + deletedRecordDays * DAY_SECONDS;
  // A tombstone that remembers an idempotency key never expires: its key must go on to answer 409.
  const mayExpire = row.status === 'expired' || (row.status === 'deleting' && row.request_hash === undefined);
  return [{
    update: row.image_id,
    set: { ...(row.status === 'deleting' ? { status: 'deleted' as const } : {}), ...(mayExpire ? { expires_at } : {}) },
    remove: ['sweep', 'due_at', ...row.invalidate ? ['invalidate' as const] : []],
    guard: { status: row.status, object_key: row.object_key, invalidate: row.invalidate, ...visit },
  }];
}

/** The row as an edge leaves it. */
export function applyWrites(row: ImageRow, edge: readonly Write[]): ImageRow {
  const write = edge.find(candidate => 'update' in candidate);
  if (write === undefined) return row;
  const gone = new Set<string>(write.remove);
  const kept = Object.entries({ ...row, ...write.set }).filter(([attribute]) => !gone.has(attribute));
  return Object.fromEntries(kept) as unknown as ImageRow;
}

/** Moves a row's next visit. Whoever succeeds is the only visitor. */
export function rescheduleWrites(row: ImageRow, next: number): Write[] {
  return [{ update: row.image_id, set: { due_at: next }, guard: { status: row.status, object_key: row.object_key, due_at: row.due_at } }];
}

/** When the sweeper visits a record, and in which partition it finds it. */
type Due = Required<Pick<ImageRow, 'sweep' | 'due_at'>>;

function computePartition({ image_id }: Pick<ImageRow, 'image_id'>, group: number): number {
  return group * SWEEP.SHARDS + computeShard(image_id);
}

/** For records whose bytes have come, and for deleted ones. */
export function scheduleSoon(row: Pick<ImageRow, 'image_id'>, now: number): Due {
  return { sweep: computePartition(row, SWEEP_GROUPS.UPLOADED), due_at: now + SWEEP.INTERVAL_MS };
}

/** When a pending record without an object is looked at next. The last look before its expiry comes when no PUT should be under way any more. */
export function scheduleCheck(row: Pick<ImageRow, 'image_id' | 'url_until'>, now: number): Due {
  const last = row.url_until + SWEEP.LAST_LOOK_MS;
  if (now < last) return { sweep: computePartition(row, SWEEP_GROUPS.AWAITED), due_at: Math.min(now + SWEEP.LOOK_MS, last) };
  return { sweep: computePartition(row, SWEEP_GROUPS.ABANDONED), due_at: row.url_until + SWEEP.GRACE_MS };
}

/** pending → pending: nothing has come yet. A URL that was renewed meanwhile has dates of its own. */
export function keepPendingWrites(row: ImageRow, now: number): Write[] {
  const { status, object_key, due_at, url_until } = row;
  return [{ update: row.image_id, set: scheduleCheck(row, now), guard: { status, object_key, due_at, url_until } }];
}

/** pending → pending, with a URL that ends later. A look that is due before the new URL's own stays. */
export function renewUrlWrites(row: ImageRow, url_until: number, now: number): Write[] {
  const date = scheduleCheck({ ...row, url_until }, now);
  const isSooner = row.due_at === undefined || date.due_at < row.due_at;
  const guard = { status: row.status, object_key: row.object_key, url_until: row.url_until, due_at: row.due_at };
  return [{ update: row.image_id, set: { url_until, ...isSooner && date }, guard }];
}

/** From when on no upload and no worker can bring bytes any more: see the grace period in the contract. */
export function computeQuietTime(row: ImageRow): number {
  return Math.max(row.url_until, row.claim_until ?? 0, Date.parse(row.updated_at)) + SWEEP.GRACE_MS;
}

/** States in which bytes may be stored. */
const LIVE: readonly ImageRow['status'][] = ['pending', 'processing', 'ready', 'failed'];

export function isLive(row: ImageRow): boolean {
  return LIVE.includes(row.status);
}

/** Rows that the API shows as they are; all others answer 404. */
export function isVisible(row: ImageRow): boolean {
  return row.status !== 'deleting' && row.status !== 'deleted' && row.status !== 'expired';
}
