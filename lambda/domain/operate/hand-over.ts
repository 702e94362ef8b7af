import { type ImageRecord, type VariantsToMake } from '../../../src/contract';
import { redriveWrites } from '../image-states';
import { MOVED, persist } from '../persist';
import type { OperatorDeps } from '../ports';

/** Announces an image to workers, with retries. */
export async function announce(deps: OperatorDeps, objectKey: string, which?: VariantsToMake): Promise<void> {
  await persist(deps, () => deps.queue.announce(objectKey, which));
}

/**
 * Gives a failed image all its tries again. Returns the record as it is then, in every state. After a crash before the
 * announcement, the sweeper announces it.
 */
export async function redriveImage(
  deps: OperatorDeps, imageId: string, objectKey: string,
): Promise<ImageRecord | undefined> {
  return persist(deps, async () => {
    const record = await deps.table.get(imageId);
    if (record?.status !== 'failed' || record.object_key !== objectKey) return record;
    const outcome = await deps.table.write(redriveWrites(record, deps.clock.now()));
    return outcome.done ? { ...record, status: 'processing' as const } : MOVED;
  });
}
