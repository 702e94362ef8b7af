import { type ImageRow, type Remake } from '../../../src/contract';
import { redriveWrites } from '../image-states';
import { MOVED, persist } from '../persist';
import type { OperatorDeps } from '../ports';

/** Tells workers of an image, patiently. */
export async function announce(deps: OperatorDeps, objectKey: string, remake?: Remake): Promise<void> {
  await persist(deps, () => deps.queue.announce(objectKey, remake));
}

/** Gives an image that was given up all its tries again. The row as it is then, whatever it is. A crash before it is announced leaves it to the sweeper. */
export async function redriveImage(deps: OperatorDeps, imageId: string, objectKey: string): Promise<ImageRow | undefined> {
  return persist(deps, async () => {
    const row = await deps.table.get(imageId);
    if (row?.status !== 'failed' || row.object_key !== objectKey) return row;
    const outcome = await deps.table.write(redriveWrites(row, deps.clock.now()));
    return outcome.done ? { ...row, status: 'processing' as const } : MOVED;
  });
}
