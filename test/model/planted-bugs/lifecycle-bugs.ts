import { alterWrites, type Bug, unguarded, withoutVersion } from './bug';
import type { Table, Write } from '../../../lambda/domain/ports';
import type { ImageRecord } from '../../../src/contract';
import { KNOWN_SCENARIOS } from '../known-scenarios';
import type { MemoryObjects } from '../memory-objects';
import type { MemoryQueue } from '../memory-queue';
import type { MemoryTable } from '../memory-table';

function withoutUrlGuard(write: Write): Write[] {
  if (!('update' in write) || write.set.status !== 'expired' || write.guard === 'absent') return [write];
  const { url_until: _, ...guard } = write.guard;
  return [{ ...write, guard }];
}

/** A table for a sweeper that ignores `invalidate`. */
const withoutWaits = (table: MemoryTable): Table => Object.assign(Object.create(table) as MemoryTable, {
  getMany: async (ids: readonly string[]) =>
    (await table.getMany(ids)).map(({ invalidate: _, ...row }): ImageRecord => row),
  write: (writes: readonly Write[]) => table.write(writes.map(write => {
    if (!('guard' in write) || write.guard === 'absent' || !('invalidate' in write.guard)) return write;
    const { invalidate: _, ...guard } = write.guard;
    return { ...write, guard };
  })),
});

const losesVariants = (objects: MemoryObjects) =>
  Object.assign(Object.create(objects) as MemoryObjects, { put: async () => {} });
const keepsVariants = (objects: MemoryObjects) =>
  Object.assign(Object.create(objects) as MemoryObjects, { deleteAll: async () => {} });
const losesDeletes = (objects: MemoryObjects) =>
  Object.assign(Object.create(objects) as MemoryObjects, { delete: async () => {} });

/** Bugs from the start of an upload to the last sweep of its record. */
export const LIFECYCLE_BUGS: readonly Bug[] = [
  { name: 'the table ignores guards', breaks: /^I[1-5] /m, stores: alterWrites(unguarded) },
  {
    name: 'guards ignore the version',
    breaks: /^I4 .*version/m,
    example: KNOWN_SCENARIOS.retagsWhileReprocessing,
    stores: alterWrites(withoutVersion),
  },
  { name: 'deletes of objects are lost', breaks: /^I2 .*object/m, stores: { objects: losesDeletes } },
  { name: 'nothing is swept', breaks: /^I2 /m, stores: { sweeps: false } },
  {
    name: 'an image that is ready stays due',
    breaks: /^I3 .*is due/m,
    // The sweeper would end it.
    stores: {
      ...alterWrites(
        write => ['update' in write && write.set.status === 'ready' ? { ...write, remove: [] } : write],
      ),
      sweeps: false,
    },
  },
  {
    name: 'an upload that starts again forgets its old key',
    breaks: /^I2 .*no row names/m,
    example: KNOWN_SCENARIOS.landsAfterStartingAgain,
    stores: alterWrites(write => ('put' in write && write.put.image_id.includes('#') ? [] : [write])),
  },
  {
    name: 'a row is let go while bytes may still come',
    breaks: /^I2 .*object/m,
    module: 'due-dates',
    functions: { computeQuietTime: () => 0 },
  },
  {
    name: 'an upload expires without a look for its object',
    breaks: /^I4 /m,
    module: 'confirm-image',
    functions: { confirmPending: async () => undefined },
  },
  {
    name: 'an upload expires whose URL was renewed meanwhile',
    breaks: /^I4 /m,
    example: KNOWN_SCENARIOS.renewsWhileExpiring,
    stores: alterWrites(withoutUrlGuard),
  },
  {
    name: 'an upload begins without a date',
    breaks: /^I2 .*no date/m,
    module: 'due-dates',
    functions: { scheduleCheck: () => ({}) },
  },
  {
    name: 'deleting leaves the facets',
    breaks: /^I3 .*facet/m,
    module: 'facets',
    functions: { removeFacets: () => [] },
  },
  {
    name: 'retagging leaves the facets',
    breaks: /^I3 .*facet/m,
    module: 'facets',
    functions: { changeFacets: () => [] },
  },
  {
    name: 'confirming does not look at the size',
    breaks: /^I1 .*bytes/m,
    module: 'verdict',
    functions: { judgeSize: () => undefined },
  },
  { name: 'variants are not stored', breaks: /^I6 /m, stores: { objects: losesVariants } },
  { name: 'deleting leaves the variants', breaks: /^I2 variants/m, stores: { objects: keepsVariants } },
  {
    name: 'nobody tells of an upload twice',
    breaks: /^I2 .*processing: not settled/m,
    stores: {
      queue: (queue: MemoryQueue) => Object.assign(Object.create(queue) as MemoryQueue, { announce: async () => {} }),
    },
  },
  {
    name: 'the sweeper lets go of an image that the CDN still shows',
    breaks: /^I5 .*CDN still shows/m,
    example: KNOWN_SCENARIOS.diesWhileTelling,
    stores: { table: withoutWaits },
  },
  {
    name: 'a variant is made without a look at what became of its image',
    breaks: /^I5 .*made and shown of/m,
    example: KNOWN_SCENARIOS.makesWhileDeleting,
    module: 'deliver/remove-if-gone',
    functions: { removeIfGone: async () => {} },
  },
  {
    name: 'nobody tells the CDN',
    breaks: /^I5 .*CDN still shows/m,
    example: KNOWN_SCENARIOS.diesWhileTelling,
    module: 'deliver/purge-image',
    functions: { purgeImage: async () => false },
  },
  {
    name: 'a record may name any object',
    breaks: /^I10 /m,
    example: KNOWN_SCENARIOS.forgesRecords,
    module: 'own-key',
    functions: { checkOwnKey: () => true, isOwnKey: () => true },
  },
  { name: 'deleted images are shown', breaks: /^I5 /m, module: 'image-states', functions: { isVisible: () => true } },
];
