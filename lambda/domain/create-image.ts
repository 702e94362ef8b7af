import { createHash } from 'node:crypto';
import { buildOwner, type Caller, computeTenantSegment, computeUserSegment } from './caller';
import { scheduleCheck } from './due-dates';
import { ProblemError } from './errors';
import { createId, deriveId } from './image-id';
import { MOVED, persist } from './persist';
import type { Deps, SignedUpload, Write } from './ports';
import { renewUrlWrites } from './same-state-writes';
import { formatTime } from './timestamps';
import { changeVisibility } from './visibility';
import { type ImageRecord, type ImageType, METRICS, buildOriginalKey, type Status, type Visibility } from '../../src/contract';

/** The declaration of an upload by its client, normalised. */
export interface Declaration {
  readonly content_type: ImageType;
  readonly size: number;
  readonly filename?: string;
  readonly tags: readonly string[];
  readonly checksum_sha256?: string;
  readonly visibility?: Visibility;
  readonly shared_with?: readonly string[];
}

export interface UploadTicket extends SignedUpload {
  readonly expires_at: number;
}

export interface Created {
  readonly image_id: string;
  readonly status: Status;
  /** Null if the key's image has already left `pending`. */
  readonly upload: UploadTicket | null;
}

const NONCE_BYTES = 16;

/** The request that creates an image. */
export interface Origin {
  /** Its idempotency key. */
  readonly key?: string;
  readonly requestId?: string;
}

/** Starts an upload. With an idempotency key, a repeated request finds the image of the first one. */
export async function createImage(
  deps: Deps, caller: Caller, declared: Declaration, origin: Origin = {},
): Promise<Created> {
  const { key } = origin;
  return persist(deps, async () => {
    const record = buildRecord(deps, caller, declared, origin);
    const outcome = await deps.table.write([{ put: record, guard: 'absent' }]);
    if (outcome.done || outcome.current?.object_key === record.object_key) return startUpload(deps, record);
    // Without a key the id is random. Another record under it is a rare collision, and the next id is free.
    if (key === undefined || outcome.current === undefined) return MOVED;
    return replay(deps, outcome.current, record);
  });
}

function buildRecord(deps: Deps, caller: Caller, declared: Declaration, { key, requestId }: Origin): ImageRecord {
  const now = deps.clock.now();
  const image_id = key === undefined ? createId(caller, now, deps.randomBytes(10)) : deriveId(caller, key);
  const nonce = Buffer.from(deps.randomBytes(NONCE_BYTES)).toString('hex');
  const { content_type, size, filename, checksum_sha256, tags, visibility = 'private', shared_with = [] } = declared;
  const url_until = roundToSecond(now) + deps.policy.urlTtlSeconds * 1000;
  const record: ImageRecord = {
    content_type,
    size,
    image_id,
    owner: buildOwner(caller),
    updated_at: formatTime(now),
    status: 'pending',
    version: 1,
    object_key: buildOriginalKey(computeTenantSegment(caller), computeUserSegment(caller), image_id, nonce),
    url_until,
    ...(filename === undefined ? {} : { filename }),
    ...(checksum_sha256 === undefined ? {} : { checksum_sha256 }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(shared_with.length === 0 ? {} : { shared_with }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(key === undefined ? {} : { request_hash: hashRequest(declared) }),
    ...scheduleCheck({ image_id, url_until }, now),
  };
  return { ...record, ...changeVisibility(record, visibility, now).set };
}

/** A request that shares nothing has the hash that releases before sharing stored. */
function hashRequest(declared: Declaration): string {
  const { content_type, size, filename, tags, checksum_sha256, visibility = 'private', shared_with = [] } = declared;
  const sharing = visibility === 'private' && shared_with.length === 0 ? [] : [visibility, shared_with];
  const subject = JSON.stringify([content_type, size, filename ?? null, tags, checksum_sha256 ?? null, ...sharing]);
  return createHash('sha256').update(subject, 'utf8').digest('hex');
}

/** Signatures have whole seconds only. */
function roundToSecond(now: number): number {
  return Math.floor(now / 1000) * 1000;
}

async function startUpload(deps: Deps, record: ImageRecord): Promise<Created> {
  deps.metrics.count(METRICS.UPLOADS_STARTED);
  return signTicket(deps, record);
}

/**
 * Signs a URL that ends at `end`. The record's `url_until` is stored before and is no earlier: no URL outlives the date
 * that the sweeper knows.
 */
async function signTicket(deps: Deps, record: ImageRecord, end = record.url_until): Promise<Created> {
  deps.onRecord?.(record);
  const lifetime = deps.policy.urlTtlSeconds;
  const grant = {
    key: record.object_key,
    contentType: record.content_type,
    size: record.size,
    checksumSha256: record.checksum_sha256,
  };
  const upload = await deps.signer.upload(grant, end - lifetime * 1000, lifetime);
  return { image_id: record.image_id, status: record.status, upload: { ...upload, expires_at: end } };
}

/** The key has been used before: `current` is its record, `fresh` the record that this request would make. */
async function replay(deps: Deps, current: ImageRecord, fresh: ImageRecord): Promise<Created | typeof MOVED> {
  deps.onRecord?.(current);
  if (current.status === 'expired') return restart(deps, current, fresh);
  if (current.status === 'deleting' || current.status === 'deleted') {
    throw new ProblemError(
      'idempotency-conflict', 'The image of this Idempotency-Key has been deleted. Use a new key.',
    );
  }
  if (current.request_hash !== fresh.request_hash) {
    throw new ProblemError(
      'idempotency-conflict', 'This Idempotency-Key was used with another request body. Use a new key.',
    );
  }
  if (current.status !== 'pending') return { image_id: current.image_id, status: current.status, upload: null };
  return renew(deps, current, fresh.url_until);
}

async function renew(deps: Deps, current: ImageRecord, url_until: number): Promise<Created | typeof MOVED> {
  if (url_until > current.url_until) {
    const outcome = await deps.table.write(renewUrlWrites(current, url_until, deps.clock.now()));
    if (!outcome.done) return MOVED;
  }
  return signTicket(deps, current, url_until);
}

/**
 * The key's upload never came: it begins again under the same id. The old record moves to an id that no client can
 * name. It stays due, since a slow upload may still store an object under the old key.
 */
async function restart(deps: Deps, current: ImageRecord, fresh: ImageRecord): Promise<Created | typeof MOVED> {
  const guard = { status: current.status, object_key: current.object_key };
  const aside: Write[] = current.due_at === undefined
    ? []
    : [{ put: { ...current, image_id: buildAsideId(current) }, guard: 'absent' }];
  const outcome = await deps.table.write([{ put: fresh, guard: { ...guard, due_at: current.due_at } }, ...aside]);
  return outcome.done ? startUpload(deps, fresh) : MOVED;
}

function buildAsideId(record: ImageRecord): string {
  return `${record.image_id}#expired:${record.object_key.slice(record.object_key.lastIndexOf('/') + 1)}`;
}
