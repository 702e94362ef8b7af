import type { ImageRecord, OperatorRequest, VariantsToMake } from '../../../src/contract';
import { getLogIds } from '../image-log';
import { redriveWrites } from '../image-states';
import { MOVED, persist } from '../persist';
import type { OperatorDeps } from '../ports';

/** Announces an image to workers, with retries. */
export async function announce(deps: OperatorDeps, objectKey: string, which?: VariantsToMake): Promise<void> {
  await persist(deps, () => deps.queue.announce(objectKey, which));
}

/** Writes the log line of an image that an operator's command queued. `status` is its status before. */
export function logQueued({ logger }: OperatorDeps, record: ImageRecord, command: OperatorRequest['command']): void {
  logger.info('image queued', { ...getLogIds(record), status: record.status, command });
}

/**
 * Gives a failed image all its tries again. Returns the record as it was before, in every state. After a crash before
 * the announcement, the sweeper announces it.
 */
export async function redriveImage(
  deps: OperatorDeps, imageId: string, objectKey: string,
): Promise<ImageRecord | undefined> {
  return persist(deps, async () => {
    const record = await deps.table.get(imageId);
    if (record?.status !== 'failed' || record.object_key !== objectKey) return record;
    const outcome = await deps.table.write(redriveWrites(record, deps.clock.now()));
    return outcome.done ? record : MOVED;
  });
}
