import { createHash } from 'node:crypto';
import { type Announcement, METRICS, parseOwnerPath, buildSlotId } from '../../../src/contract';
import type { Lease } from '../deliver/ports';
import type { SharingDeps } from '../ports';
import { processUpload } from '../process-upload';

/** 128 bits. */
const OWNER_LENGTH = 32;

/** Slots that an upload tries before it is deferred. */
const MOST_TRIED = 4;

/** Delivery of a message from the queue of uploads. */
export interface Delivered {
  readonly messageId: string;
  /** Its last delivery. */
  readonly isLast: boolean;
}

/**
 * Processes an upload, or moves it to the surplus queue if its owner occupies their share of workers. The key alone
 * names the owner: an upload that has to wait costs no read of a record, so the queue of uploads stays short. If a
 * worker dies, its slot ends with its claim.
 */
export async function processWithinShare(
  deps: SharingDeps, upload: Announcement, { messageId, isLast }: Delivered,
): Promise<void> {
  const owner = hashOwner(upload.object_key);
  if (owner === undefined) return processUpload(deps, upload.object_key, isLast, upload.remake);
  const slot = await takeSlot(deps, owner, messageId);
  if (slot === undefined) return defer(deps, upload, owner, messageId);
  try {
    await processUpload(deps, upload.object_key, isLast, upload.remake);
  } finally {
    await slot.release().catch(
      (error: unknown) => deps.logger.warn('slot release failed; the slot ends by itself', { error }),
    );
  }
}

/** Equal for all images of an owner, without their name. Undefined for a key of another layout. */
export function hashOwner(objectKey: string): string | undefined {
  const path = parseOwnerPath(objectKey);
  return path && createHash('sha256').update(path, 'utf8').digest('hex').slice(0, OWNER_LENGTH);
}

/**
 * The slot lasts as long as a claim, and a worker ends before both. Each try is a write, so only a part of a large
 * share is searched: if a free slot is missed, the upload waits in the surplus queue.
 */
async function takeSlot(
  { slots, share, claimMs, clock }: SharingDeps, owner: string, messageId: string,
): Promise<Lease | undefined> {
  const first = createHash('sha256').update(messageId).digest().readUInt32BE(0);
  for (let n = 0; n < Math.min(share, MOST_TRIED); n++) {
    const slot = await slots.take(buildSlotId(owner, (first + n) % share), clock.now() + claimMs);
    if (slot) return slot;
  }
  return undefined;
}

/**
 * The worker acknowledges the message only after this: a crash in between adds the upload twice, which does no harm.
 */
async function defer(
  { surplus, metrics }: SharingDeps, upload: Announcement, owner: string, messageId: string,
): Promise<void> {
  await surplus.add(upload, owner, messageId);
  metrics.count(METRICS.UPLOADS_DEFERRED);
}
