import { createHash } from 'node:crypto';
import { type Announcement, METRICS, parseOwnerPath, buildSlotId } from '../../../src/contract';
import type { Lease } from '../deliver/ports';
import type { SharingDeps } from '../ports';
import { processUpload } from '../process-upload';

/** 128 bits. */
const OWNER_LENGTH = 32;

/** Slots that an upload tries before it is deferred. */
const MOST_TRIED = 4;

/** How a message of the queue of uploads came. */
export interface Delivered {
  readonly messageId: string;
  /** Its last delivery. */
  readonly isLast: boolean;
}

/**
 * Processes an upload, or moves it to the surplus queue if its owner occupies all workers of their share. The key alone names the owner: no record is
 * read for an upload that has to wait, so the queue of uploads stays short whatever one owner sends. A worker that dies frees its slot when its claim ends.
 */
export async function processWithinShare(deps: SharingDeps, upload: Announcement, { messageId, isLast }: Delivered): Promise<void> {
  const owner = hashOwner(upload.object_key);
  if (owner === undefined) return processUpload(deps, upload.object_key, isLast, upload.remake);
  const slot = await takeSlot(deps, owner, messageId);
  if (slot === undefined) return defer(deps, upload, owner, messageId);
  try {
    await processUpload(deps, upload.object_key, isLast, upload.remake);
  } finally {
    await slot.release().catch((error: unknown) => deps.logger.warn('slot release failed; the slot ends by itself', { error }));
  }
}

/** The same for all images of an owner, and no name of theirs. Undefined for a key of another layout. */
export function hashOwner(objectKey: string): string | undefined {
  const path = parseOwnerPath(objectKey);
  return path && createHash('sha256').update(path, 'utf8').digest('hex').slice(0, OWNER_LENGTH);
}

/**
 * As long as a claim: a worker ends before either does. A large share is not searched as a whole, since each try is a write: a free slot that is not found
 * makes the upload wait in the surplus queue.
 */
async function takeSlot({ slots, share, claimMs, clock }: SharingDeps, owner: string, messageId: string): Promise<Lease | undefined> {
  const first = createHash('sha256').update(messageId).digest().readUInt32BE(0);
  for (let n = 0; n < Math.min(share, MOST_TRIED); n++) {
    const slot = await slots.take(buildSlotId(owner, (first + n) % share), clock.now() + claimMs);
    if (slot) return slot;
  }
  return undefined;
}

/** The caller acknowledges the message only after this: a crash in between adds the upload twice, which does no harm. */
async function defer({ surplus, metrics }: SharingDeps, upload: Announcement, owner: string, messageId: string): Promise<void> {
  await surplus.add(upload, owner, messageId);
  metrics.count(METRICS.UPLOADS_DEFERRED);
}
