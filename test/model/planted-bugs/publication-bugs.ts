import { alterWrites, type Bug } from './bug';
import { purgeCopies } from '../../../lambda/domain/deliver/purge-image';
import type { SweepGuard } from '../../../lambda/domain/image-states';
import type { Deps, Write } from '../../../lambda/domain/ports';
import { settleReadyWrites } from '../../../lambda/domain/settle-writes';
import type { ImageRecord } from '../../../src/contract';
import { PUBLICATIONS, publications as scenarios } from '../publications';

const isClearing = (write: Write): boolean =>
  'update' in write && write.remove?.join() === 'unpublished' && write.guard !== 'absent';

function withoutMark(write: Write): Write {
  if (!('guard' in write) || write.guard === 'absent') return write;
  const { unpublished: _, ...guard } = write.guard;
  return { ...write, guard };
}

async function sweepOnce(deps: Deps, record: ImageRecord, visit: SweepGuard): Promise<void> {
  if (record.unpublished !== undefined) await purgeCopies(deps, record);
  await deps.table.write(settleReadyWrites(record, visit));
}

/** Bugs at the end of an image's publication. */
export const PUBLICATION_BUGS: readonly Bug[] = [
  {
    name: 'an image that was public is not swept a last time',
    breaks: /^I5 .*(CDN still shows|everyone can still read)/m,
    example: PUBLICATIONS.copiesAfterTheFirstSweep,
    scenarios,
    module: 'sweep/sweep-ready',
    functions: { sweepReady: sweepOnce },
  },
  {
    name: 'an invalidation clears the mark of a later one',
    breaks: /^I5 .*CDN still shows/m,
    example: PUBLICATIONS.clearsTwice,
    scenarios,
    stores: alterWrites(write => [isClearing(write) ? withoutMark(write) : write]),
  },
  {
    name: 'the last invalidation has the mark of the first',
    breaks: /^I5 .*CDN still shows/m,
    example: PUBLICATIONS.clearsTwice,
    scenarios,
    stores: alterWrites(write => {
      const mark = 'update' in write ? write.set.unpublished : undefined;
      return mark !== undefined && mark < 0 && 'set' in write
        ? [{ ...write, set: { ...write.set, unpublished: -mark } }]
        : [write];
    }),
  },
  {
    name: 'a copy is stored without a look at what became of its image',
    breaks: /^I5 .*made and shown of/m,
    example: PUBLICATIONS.copiesWhileUnpublishing,
    scenarios,
    module: 'deliver/remove-if-gone',
    functions: { removeIfGone: async () => {} },
  },
  {
    name: 'making an image private marks nothing',
    breaks: /^I5 .*everyone can still read/m,
    scenarios,
    module: 'publication',
    functions: { endPublication: () => ({}) },
  },
  {
    name: 'deletes leave the copies',
    breaks: /^I5 .*everyone can still read/m,
    scenarios,
    module: 'delete-bytes',
    functions: { deleteCopies: async () => false },
  },
];
