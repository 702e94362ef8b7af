import type { Caller } from './caller';
import { ProblemError } from './errors';
import { acceptWrites, applyWrites, rejectPendingWrites, type SweepGuard } from './image-states';
import { readOwnImage } from './own-image';
import { checkOwnKey } from './own-key';
import { MOVED, persist } from './persist';
import type { Deps, StoredObject } from './ports';
import { SNIFF_BYTES, type Verdict, judgeDigest, judgeEncoding, judgeSize, judgeStart } from './verdict';
import { type ImageRow, METRICS, type Rejection } from '../../src/contract';

/** Checks the upload and makes the image visible. Safe to repeat: the answer follows from the state. */
export async function confirmImage(deps: Deps, principal: Caller, imageId: string): Promise<ImageRow> {
  const row = await persist(deps, async () => {
    const current = await readOwnImage(deps, principal, imageId);
    if (current.status !== 'pending') return current;
    return await confirmPending(deps, current) ?? reportMissing(deps, principal, imageId);
  });
  if (row.status === 'rejected') {
    throw new ProblemError('upload-rejected', row.rejection!.message, { rejection: row.rejection });
  }
  return row;
}

/** Meanwhile another request or the sweeper may have settled it: the state answers before the absence does. */
async function reportMissing(deps: Deps, principal: Caller, imageId: string): Promise<ImageRow> {
  const row = await readOwnImage(deps, principal, imageId);
  if (row.status !== 'pending') return row;
  throw new ProblemError('upload-missing', 'Nothing has been uploaded yet. PUT the image to the upload URL, then confirm again; if the URL has run out, POST /images gives another, '
    + 'for the same image where the Idempotency-Key is the same.');
}

/**
 * Ends `pending` by a verdict on the uploaded object; undefined if there is none. `found`: the object, if the caller has already looked for it.
 */
export async function confirmPending(
  deps: Deps, row: ImageRow, visit?: SweepGuard, found?: StoredObject,
): Promise<ImageRow | typeof MOVED | undefined> {
  if (!checkOwnKey(deps, row)) return undefined;
  const object = found ?? await deps.objects.find(row.object_key);
  if (object === undefined) return undefined;
  const verdict = await inspect(deps, row, object);
  if (verdict === undefined) return undefined;
  if ('rejection' in verdict) return reject(deps, row, verdict.rejection, visit);
  const status = deps.policy.processing ? 'processing' : 'ready';
  const edge = acceptWrites(row, { ...object, sniffedType: verdict.type }, status, deps.clock.now(), visit);
  const outcome = await deps.table.write(edge);
  if (!outcome.done) return MOVED;
  deps.metrics.count(METRICS.IMAGES_CONFIRMED);
  return applyWrites(row, edge);
}

/** Undefined where the object went while it was read. Cheap checks first: the bytes are read only where needed. */
async function inspect(deps: Deps, row: ImageRow, object: StoredObject): Promise<Verdict | undefined> {
  const outside = judgeSize(row, object) ?? judgeEncoding(object);
  if (outside !== undefined) return outside;
  if (row.checksum_sha256 !== undefined) {
    const digest = object.checksumSha256 ?? await deps.objects.digest(row.object_key, object.etag);
    if (digest === undefined) return undefined;
    const checksum = judgeDigest(row, digest);
    if (checksum !== undefined) return checksum;
  }
  const start = await deps.objects.readStart(row.object_key, object.etag, SNIFF_BYTES);
  return start && judgeStart(row, deps.sniff(start), deps.policy.accept);
}

async function reject(deps: Deps, row: ImageRow, rejection: Rejection, visit?: SweepGuard): Promise<ImageRow | typeof MOVED> {
  const edge = rejectPendingWrites(row, rejection, deps.clock.now(), visit);
  const outcome = await deps.table.write(edge);
  if (!outcome.done) return MOVED;
  deps.metrics.count(METRICS.IMAGES_REJECTED);
  await deleteQuietly(deps, row);
  return applyWrites(row, edge);
}

/** The row stays due, so whatever fails here the sweeper finishes. */
async function deleteQuietly(deps: Deps, row: ImageRow): Promise<void> {
  await deps.objects.delete(row.object_key).catch((error: unknown) => {
    deps.logger.warn('a rejected upload was not deleted; the sweeper will', { image_id: row.image_id, error });
  });
}
