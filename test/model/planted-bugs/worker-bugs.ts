import { alterWrites, type Bug, unguarded, withoutVersion } from './bug';
import type { WorkerDeps } from '../../../lambda/domain/ports';
import { type Announcement, type ImageRecord, buildVariantPrefix, type VariantRecord } from '../../../src/contract';
import { KNOWN_SCENARIOS, MEDDLED } from '../known-scenarios';

/** The former behaviour: only deletes were invalidated. */
async function deletesOnly({ objects }: WorkerDeps, { object_key, status }: ImageRecord): Promise<boolean> {
  if (status !== 'failed') await objects.delete(object_key);
  await objects.deleteAll(buildVariantPrefix(object_key));
  return false;
}

/** Bugs at the edges and steps of workers and operators. */
export const WORKER_BUGS: readonly Bug[] = [
  {
    name: 'a rejection invalidates nothing',
    breaks: /^I5 .*CDN still shows it, but its row is rejected/m,
    example: KNOWN_SCENARIOS.rejectsWhatWasShown,
    module: 'deliver/purge-image',
    functions: { purgeImage: async (deps: WorkerDeps, row: ImageRecord) => deletesOnly(deps, row) },
  },
  {
    name: 'a failure invalidates nothing',
    breaks: /^I5 .*CDN still shows it, but its row is failed/m,
    example: KNOWN_SCENARIOS.failsAfterBeingShown,
    module: 'deliver/purge-image',
    functions: { purgeFailed: async (deps: WorkerDeps, row: ImageRecord) => deletesOnly(deps, row) },
  },
  {
    name: 'a failure leaves the variants',
    breaks: /^I5 .*CDN can still read it, but its row is failed/m,
    example: KNOWN_SCENARIOS.failsAfterBeingShown,
    module: 'deliver/purge-image',
    functions: { purgeFailed: async () => false },
  },
  {
    name: 'variants of what failed are deleted while an operator redrives it',
    breaks: /^I6 /m,
    example: KNOWN_SCENARIOS.redrivesWhileCleaning,
    stores: alterWrites(write => {
      const isHold = 'update' in write && Object.keys(write.set).join() === 'claim_until' && write.guard !== 'absent'
        && write.guard.status === 'failed';
      return isHold ? [{ ...write, set: {} }] : [write];
    }),
  },
  {
    name: 'an invalidation clears the mark of a later failure',
    breaks: /^I5 .*CDN still shows/m,
    example: KNOWN_SCENARIOS.failsTwiceWhileInvalidating,
    stores: alterWrites(write => {
      const isAccepted = 'update' in write && write.remove?.join() === 'invalidate';
      return isAccepted ? [{ ...write, guard: { image_id: write.update } }] : [write];
    }),
  },
  {
    name: 'an owner occupies every worker',
    breaks: /^I11 .*in work at once/m,
    module: 'worker/owner-share',
    functions: {
      processWithinShare: async (deps: WorkerDeps, upload: Announcement, { isLast }: { isLast: boolean }) => {
        const { processUpload } = await import('../../../lambda/domain/process-upload');
        await processUpload(deps, upload.object_key, isLast, upload.remake);
      },
    },
  },
  {
    name: 'reprocessing ignores the version',
    breaks: /^I4 .*version/m,
    example: KNOWN_SCENARIOS.reprocessesWhileRetagging,
    stores: alterWrites(
      write => ('update' in write && write.set.variants && !write.set.status ? withoutVersion(write) : [write]),
    ),
  },
  {
    name: 'reprocessing revives a deleted image',
    breaks: /^I[58] /m,
    example: KNOWN_SCENARIOS.reprocessesWhileDeleting,
    stores: alterWrites((write, table) => (
      'update' in write && write.set.variants && !write.set.status
        ? unguarded({ ...write, set: { ...write.set, status: 'ready' } }, table)
        : [write])),
  },
  {
    name: 'the first reprocessing of an image leaves no mark',
    breaks: /^I2 variants/m,
    scenarios: MEDDLED.firstReprocesses,
    module: 'same-state-writes',
    functions: { startAttemptWrites: () => [] },
  },
  {
    name: 'reprocessing keeps the records of variants that are gone',
    breaks: /^I6 .*the set is/m,
    module: 'worker/reprocessing-plan',
    functions: {
      listVariants: ({ variants = [] }: ImageRecord, _set: never, _which: never, made: VariantRecord[]) =>
        [...variants, ...made],
    },
  },
  {
    name: 'a wait for the scanner counts as a try',
    breaks: /^I4 .*acknowledged as ready, but its row is failed/m,
    stores: alterWrites(write => {
      if (!('update' in write) || !write.remove?.includes('claim_until') || write.set.status) return [write];
      const { tries: _, ...set } = write.set;
      return [{ ...write, set }];
    }),
  },
  {
    name: 'nobody scans',
    breaks: /^I7 /m,
    module: 'worker/scan-original',
    functions: { scanOriginal: async (_: never, work: unknown) => work },
  },
  {
    name: 'what waits for its scan goes on',
    breaks: /^I7 /m,
    module: 'worker/scan-original',
    functions: {
      scanOriginal: async (deps: WorkerDeps, work: { row: ImageRecord }) => {
        const result = await deps.scanner.scan(work.row.object_key, work.row.etag!);
        return result === 'infected' || result === 'unscannable'
          ? { end: 'rejected', rejection: { code: 'MALWARE', message: '' } }
          : work;
      },
    },
  },
  {
    name: 'an outage of the scanner rejects',
    breaks: /^I4 .*ready, but/m,
    example: KNOWN_SCENARIOS.outlastsEveryTry,
    module: 'worker/finish',
    functions: {
      fail: async (deps: WorkerDeps, row: ImageRecord) => deps.table.write([{
        update: row.image_id,
        set: { status: 'rejected', rejection: { code: 'SCAN_FAILED', message: '' } },
        guard: { status: 'processing' },
      }]),
    },
  },
  {
    name: 'a redrive gives no date',
    breaks: /^I2 .*no date/m,
    example: KNOWN_SCENARIOS.diesWhileRedriving,
    stores: alterWrites(write => {
      if (!('update' in write) || !write.remove?.includes('tries') || write.set.status !== 'processing') return [write];
      const { due_at: _due, sweep: _sweep, ...set } = write.set;
      return [{ ...write, set }];
    }),
  },
  {
    name: 'a redrive begins anew what has ended',
    breaks: /^I[48] /m,
    scenarios: MEDDLED.redrives,
    module: 'operate/hand-over',
    functions: {
      redriveImage: async (deps: WorkerDeps, id: string) => {
        const row = await deps.table.get(id);
        if (row) {
          await deps.table.write([{
            update: id,
            set: { status: 'processing', sweep: 0, due_at: deps.clock.now() },
            remove: ['tries'],
            guard: { image_id: id },
          }]);
        }
        return row;
      },
    },
  },
];
