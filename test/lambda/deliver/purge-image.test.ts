import { computeUserSegment } from '../../../lambda/domain/caller';
import { purgeLateBytes } from '../../../lambda/domain/deliver/purge-image';
import { TryAgain } from '../../../lambda/domain/errors';
import { clearInvalidationWrites } from '../../../lambda/domain/same-state-writes';
import { type ImageRecord, type Invalidation, buildOriginalKey } from '../../../src/contract';
import { Clock } from '../../model/clock';
import { MemoryTable } from '../../model/memory-table';
import { QUIET } from '../../support/quiet-logger';

const NOW = Date.UTC(2026, 0);
const KEY = buildOriginalKey('_', computeUserSegment({ userId: 'alice' }), '01LATE', 'nonce');
const ROW = {
  image_id: '01LATE',
  owner: 'alice',
  status: 'deleting',
  version: 3,
  invalidate: 3,
  attempt: 1,
  object_key: KEY,
} as ImageRecord;

/** Deletes the bytes of a deleted image; `meanwhile` runs just before. */
async function purged(
  meanwhile: (table: MemoryTable) => Promise<unknown>,
  invalidate: (invalidation: Invalidation) => Promise<void>,
): Promise<ImageRecord> {
  const table = new MemoryTable(new Clock(NOW));
  await table.write([{ put: ROW, guard: 'absent' }]);
  const objects = {
    delete: async () => void await meanwhile(table),
    deleteAll: async () => true,
  };
  const logger = QUIET;
  const metrics = { count: () => undefined, measure: () => undefined };
  const clock = { now: () => NOW, randomBytes: () => new Uint8Array(), sleep: async () => undefined };
  await purgeLateBytes({ table, objects: objects as never, cdn: { invalidate }, logger, metrics, clock }, ROW);
  return (await table.get(ROW.image_id))!;
}

test(
  'an image that was let go of while its late bytes were there waits for the CDN again, even where it cannot hear of them now',
  async () => {
    const row = await purged(async table => table.write(clearInvalidationWrites(ROW.image_id, KEY, 3)), async () => {
      throw new TryAgain('throttled');
    });
    expect(row.invalidate).toBe(3);
  },
);

test('the CDN hears of them once, and of an image that ended meanwhile not at all', async () => {
  const heard: string[] = [];
  const hear = async ({ object_key: objectKey }: Invalidation): Promise<void> => void heard.push(objectKey);
  await purged(async () => undefined, hear);
  expect(heard).toEqual([KEY]);
  await purged(
    async table => table.write([{ update: ROW.image_id, set: { status: 'deleted' }, guard: { status: 'deleting' } }]),
    hear,
  );
  expect(heard).toHaveLength(1);
});
