import type { Caller } from './caller';
import { countVerdict } from './count-verdict';
import { ProblemError } from './errors';
import { getLogIds, logProcessed } from './image-log';
import { acceptWrites, applyWrites, rejectPendingWrites, type SweepGuard } from './image-states';
import { readOwnImage } from './own-image';
import { checkOwnKey } from './own-key';
import { MOVED, persist } from './persist';
import type { Deps, StoredObject } from './ports';
import { SNIFF_BYTES, type Verdict, judgeDigest, judgeEncoding, judgeSize, judgeStart } from './verdict';
import { type ImageRecord, METRICS, type Rejection } from '../../src/contract';

/** Checks the upload and makes the image visible. Safe to repeat: the answer follows from the state. */
export async function confirmImage(deps: Deps, caller: Caller, imageId: string): Promise<ImageRecord> {
  const record = await persist(deps, async () => {
    const current = await readOwnImage(deps, caller, imageId);
    if (current.status !== 'pending') return current;
    return await confirmPending(deps, current) ?? reportMissing(deps, caller, imageId);
  });
  if (record.status === 'rejected') {
    throw new ProblemError('upload-rejected', record.rejection!.message, { rejection: record.rejection });
  }
  return record;
}

/**
 * Another request or the sweeper may have confirmed the image meanwhile. Then its state is the answer, not the missing
 * object.
 */
async function reportMissing(deps: Deps, caller: Caller, imageId: string): Promise<ImageRecord> {
  const record = await readOwnImage(deps, caller, imageId);
  if (record.status !== 'pending') return record;
  throw new ProblemError(
    'upload-missing',
    'Nothing has been uploaded yet. PUT the image to the upload URL, then confirm again. If the URL has expired, send POST /images again: '
    + 'with the same Idempotency-Key, it returns a new URL for the same image.',
  );
}

/**
 * Ends `pending` by a verdict on the uploaded object; undefined without an object. `found`: the object, if the caller
 * has already looked for it.
 */
export async function confirmPending(
  deps: Deps, record: ImageRecord, visit?: SweepGuard, found?: StoredObject,
): Promise<ImageRecord | typeof MOVED | undefined> {
  if (!checkOwnKey(deps, record)) return undefined;
  const began = deps.clock.now();
  const object = found ?? await deps.objects.find(record.object_key);
  if (object === undefined) return undefined;
  const verdict = await inspect(deps, record, object);
  if (verdict === undefined) return undefined;
  if ('rejection' in verdict) return reject(deps, record, verdict.rejection, { began, visit });
  const status = deps.policy.processing ? 'processing' : 'ready';
  const edge = acceptWrites(record, { ...object, sniffedType: verdict.type }, status, deps.clock.now(), visit);
  const outcome = await deps.table.write(edge);
  if (!outcome.done) return MOVED;
  deps.metrics.count(METRICS.IMAGES_CONFIRMED);
  const confirmed = applyWrites(record, edge);
  if (status === 'ready') {
    countVerdict(deps.metrics);
    logProcessed(deps, confirmed, { began, isNewlyReady: true });
  }
  return confirmed;
}

/**
 * Undefined if the object was deleted while it was read. Cheap checks come first: the bytes are read only where needed.
 */
async function inspect(deps: Deps, record: ImageRecord, object: StoredObject): Promise<Verdict | undefined> {
  const outside = judgeSize(record, object) ?? judgeEncoding(object);
  if (outside !== undefined) return outside;
  if (record.checksum_sha256 !== undefined) {
    const digest = object.checksumSha256 ?? await deps.objects.digest(record.object_key, object.etag);
    if (digest === undefined) return undefined;
    const checksum = judgeDigest(record, digest);
    if (checksum !== undefined) return checksum;
  }
  const start = await deps.objects.readStart(record.object_key, object.etag, SNIFF_BYTES);
  return start && judgeStart(record, deps.sniff(start), deps.policy.accept);
}

async function reject(
  deps: Deps, record: ImageRecord, rejection: Rejection,
  { began, visit }: { readonly began: number; readonly visit?: SweepGuard },
): Promise<ImageRecord | typeof MOVED> {
  const edge = rejectPendingWrites(record, rejection, deps.clock.now(), visit);
  const outcome = await deps.table.write(edge);
  if (!outcome.done) return MOVED;
  deps.metrics.count(METRICS.IMAGES_REJECTED);
  countVerdict(deps.metrics, rejection);
  const rejected = applyWrites(record, edge);
  logProcessed(deps, rejected, { began, code: rejection.code });
  await deleteQuietly(deps, record);
  return rejected;
}

/** If this fails, the sweeper deletes the object: the record stays due. */
async function deleteQuietly(deps: Deps, record: ImageRecord): Promise<void> {
  await deps.objects.delete(record.object_key).catch((error: unknown) => {
    deps.logger.warn('deleting a rejected upload failed; the sweeper deletes it later', {
      ...getLogIds(record),
      error,
    });
  });
}
