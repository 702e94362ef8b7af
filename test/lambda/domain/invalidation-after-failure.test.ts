import { ID, keyOf, storeImage } from './stored-image';
import type { WorkerDeps } from '../../../lambda/domain/ports';
import { processUpload } from '../../../lambda/domain/process-upload';
import { sweep } from '../../../lambda/domain/sweep';
import { type Invalidation, MAX_TRIES, buildVariantPrefix } from '../../../src/contract';
import { CONTENT } from '../../model/memory-imaging';
import { SimulatedService } from '../../model/simulated-service';

const KEY = keyOf(ID);

/** A service with a CDN, and an image. Its first attempt died after it stored a variant. */
async function tried(content: number) {
  const service = new SimulatedService();
  await storeImage(service, content, { attempt: 1, tries: MAX_TRIES - 1 });
  await service.objects.put(`${buildVariantPrefix(KEY)}thumb.webp`, Buffer.from('shown'));
  const told: Invalidation[] = [];
  const deps: WorkerDeps = {
    ...service.deps(),
    cdn: { invalidate: async invalidation => void told.push(invalidation) },
  };
  return {
    deps,
    told,
    row: async () => service.table.get(ID),
    keys: () => [...service.objects.bytes.keys()],
    now: service.clock.now,
  };
}

const TOLD = [{ image_id: ID, object_key: KEY, mark: 3 }];

test(
  'rejecting an image whose earlier attempt stored variants invalidates it and keeps it due',
  async () => {
    const { deps, told, row, keys } = await tried(CONTENT.INFECTED);
    await processUpload(deps, KEY, false);
    expect([keys(), told]).toEqual([[], TOLD]);
    expect(await row()).toMatchObject({
      status: 'rejected',
      version: 3,
      invalidate: 3,
      due_at: expect.any(Number) as number,
    });
  },
);

test('the sweeper invalidates a failed image and keeps its original', async () => {
  const { deps, told, row, keys, now } = await tried(CONTENT.POISON);
  await expect(processUpload(deps, KEY, true)).rejects.toThrow('poison');
  expect(await row()).toMatchObject({ status: 'failed', invalidate: 3, due_at: now });
  await sweep(deps, Infinity);
  expect([keys(), told]).toEqual([[KEY], TOLD]);
  expect(await row()).toMatchObject({ status: 'failed', invalidate: 3, due_at: expect.any(Number) as number });
  expect(await row()).not.toHaveProperty('claim_until');
});

test('without a CDN, a failed image keeps its variants for a redrive', async () => {
  const { deps, row, keys } = await tried(CONTENT.POISON);
  await expect(processUpload({ ...deps, cdn: undefined }, KEY, true)).rejects.toThrow('poison');
  await sweep({ ...deps, cdn: undefined }, Infinity);
  expect(keys()).toHaveLength(2);
  expect(await row()).not.toHaveProperty('due_at');
});
