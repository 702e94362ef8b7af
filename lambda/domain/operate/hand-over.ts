import { type ImageRecord, type Remake } from '../../../src/contract';
import { redriveWrites } from '../image-states';
import { MOVED, persist } from '../persist';
import type { OperatorDeps } from '../ports';

/** Tells workers of an image, patiently. */
export async function announce(deps: OperatorDeps, objectKey: string, remake?: Remake): Promise<void> {
  await persist(deps, () => deps.queue.announce(objectKey, remake));
}

/** Gives an image that was given up all its tries again. The record as it is then, whatever it is. A crash before it is announced leaves it to the sweeper. */
export async function redriveImage(deps: OperatorDeps, imageId: string, objectKey: string): Promise<ImageRecord | undefined> {
  return persist(deps, async () => {
    const record = await deps.table.get(imageId);
    if (record?.status !== 'failed' || record.object_key !== objectKey) return record;
    const outcome = await deps.table.write(redriveWrites(record, deps.clock.now()));
    return outcome.done ? { ...record, status: 'processing' as const } : MOVED;
  });
}
