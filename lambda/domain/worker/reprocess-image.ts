import { findFailureCode } from './failure-code';
import { abandon, checkDeleted } from './finish';
import { ReprocessingLease } from './reprocessing-lease';
import { hasSameVariants, selectMissingFacts, planReprocessing, listVariants } from './reprocessing-plan';
import type { End, Processed } from './step';
import { examine } from './steps';
import { describeStored } from './store-variants';
import {
  type ImageFacts, type ImageRecord, METRICS, VARIANT_FORMATS, type VariantDefinition, type VariantRecord,
  type VariantsToMake, buildVariantKey,
} from '../../../src/contract';
import { deleteCopies } from '../delete-bytes';
import { ServiceError } from '../errors';
import { getLogIds, logProcessed, type ProcessedCode } from '../image-log';
import { applyWrites } from '../image-states';
import { MOVED, persist } from '../persist';
import type { WorkerDeps } from '../ports';
import { mayHaveCopies } from '../publication';
import { startAttemptWrites, reprocessWrites } from '../same-state-writes';

/**
 * Makes the missing variants of a ready image, which stays ready. It works under a lease: a second worker waits, and
 * throws if it waits too long, so that its message comes again. Failed images need a redrive; all other states have
 * their own ways.
 */
export async function reprocessImage(
  deps: WorkerDeps, imageId: string, objectKey: string, which: VariantsToMake,
): Promise<void> {
  const began = deps.clock.now();
  const lease = new ReprocessingLease(deps);
  const record = await begin(deps, lease, { imageId, objectKey, which });
  if (record === undefined) return;
  try {
    logProcessed(deps, record, { began, code: await reprocessLeased(deps, lease, record, which) });
  } catch (error) {
    logProcessed(deps, record, { began, code: findFailureCode(error) });
    throw error;
  } finally {
    await lease.release(record);
  }
}

async function reprocessLeased(
  deps: WorkerDeps, lease: ReprocessingLease, record: ImageRecord, which: VariantsToMake,
): Promise<ProcessedCode> {
  const { isNeeded, wanted, needsOriginal } = planReprocessing(record, deps.imaging.variants, which);
  // A repeated message: finish the work that its first worker may have left.
  if (!isNeeded) {
    await showReplaced(deps, record);
    return 'Reprocessed';
  }
  const work = needsOriginal ? await examine(deps, { record, wanted }) : undefined;
  if (work !== undefined && 'end' in work) return endReprocessing(deps, record, work);
  const current = await commit(deps, lease, record, which, work);
  if (current === undefined) return 'Superseded';
  await deleteReplaced(deps, record, current);
  if (which === 'changed') await showReplaced(deps, current);
  return 'Reprocessed';
}

/**
 * The CDN may have cached former variants under these URLs, and on-demand ones in other formats: they must not be shown
 * any more.
 */
async function showReplaced(deps: WorkerDeps, record: ImageRecord): Promise<void> {
  if (!deps.cdn) return;
  const { image_id, object_key, variants = [] } = record;
  const stored = new Set(
    variants.filter(({ size }) => size !== undefined).map(variant => buildVariantKey(object_key, variant)),
  );
  const keys = variants.flatMap(
    ({ name }) => VARIANT_FORMATS.map(format => buildVariantKey(object_key, { name, format })),
  );
  await Promise.all(keys.filter(key => !stored.has(key)).map(key => deps.objects.delete(key)));
  await deleteCopies(deps, record);
  await deps.cdn.invalidate({ image_id, object_key, ...mayHaveCopies(record) && { scope: 'all' } });
}

async function endReprocessing(deps: WorkerDeps, record: ImageRecord, work: End): Promise<ProcessedCode> {
  switch (work.end) {
    case 'gone':
      await checkDeleted(deps, record);
      return 'Superseded';
    // Its message comes again: it is the only request for these variants.
    case 'unavailable': throw new ServiceError(
      `the scanner is unavailable, so ${record.image_id} keeps its current variants`,
    );
    default: return keep(deps, record, work);
  }
}

/**
 * An accepted image is not rejected later: an operator decides about malware that a scanner finds now
 * (docs/scanning.md).
 */
function keep(
  deps: WorkerDeps, record: ImageRecord, work: Exclude<End, { end: 'gone' | 'unavailable' }>,
): ProcessedCode {
  const code = work.end === 'rejected' ? work.rejection.code : 'WaitingForScan';
  if (work.end === 'rejected' && work.rejection.code === 'MALWARE') deps.metrics.count(METRICS.READY_INFECTED);
  deps.logger.warn('reprocessing failed; the image keeps its variants', { ...getLogIds(record), code });
  return code;
}

interface Wish {
  readonly imageId: string;
  readonly objectKey: string;
  readonly which: VariantsToMake;
}

/** The record, leased, and marked as one that may have variants; undefined if there is no work. */
async function begin(
  deps: WorkerDeps, lease: ReprocessingLease, { imageId, objectKey, which }: Wish,
): Promise<ImageRecord | undefined> {
  return persist(deps, async () => {
    const record = await deps.table.get(imageId);
    if (record?.status !== 'ready' || record.object_key !== objectKey) return undefined;
    if (which !== 'changed' && !planReprocessing(record, deps.imaging.variants, which).isNeeded) return undefined;
    const held = await lease.take(record);
    if (held === undefined) return MOVED;
    if (held.attempt !== undefined) return held;
    // It was ready without a worker. With this mark, a delete looks for variants even if we die before the record names
    // any.
    const edge = startAttemptWrites(held);
    return (await deps.table.write(edge)).done ? applyWrites(held, edge) : MOVED;
  });
}

/** The record after all writes; undefined if its image was deleted meanwhile. */
async function commit(
  deps: WorkerDeps, lease: ReprocessingLease, record: ImageRecord, which: VariantsToMake, work?: Processed,
): Promise<ImageRecord | undefined> {
  return persist(deps, async () => {
    const current = await deps.table.get(record.image_id);
    if (current?.status !== 'ready' || current.object_key !== record.object_key) {
      await abandon(deps, record, current);
      return undefined;
    }
    // The lease has ended, and another worker's outcome stands.
    if (!lease.isOurs(current)) return undefined;
    const facts = work === undefined
      ? {}
      : selectMissingFacts(current, { ...work.made.facts, checksum_sha256: work.checksum });
    const plan = (definition: VariantDefinition) =>
      deps.imaging.plan(definition, { ...current, ...facts } as ImageFacts);
    const records = listVariants(
      current, deps.imaging.variants, which, work?.made.variants.map(describeStored) ?? [], plan,
    );
    if (hasSameVariants(current, records) && Object.keys(facts).length === 0) return current;
    const edge = reprocessWrites(current, facts, records, deps.clock.now());
    if (!(await deps.table.write(edge)).done) return MOVED;
    deps.metrics.count(METRICS.IMAGES_REMADE);
    return applyWrites(current, edge);
  });
}

/**
 * Deletes replaced variants in every format: on-demand formats were made by the same definition. Objects left by a
 * crash are shown to nobody, and are deleted with the image.
 */
async function deleteReplaced(deps: WorkerDeps, before: ImageRecord, { variants = [] }: ImageRecord): Promise<void> {
  const buildKey = (variant: Pick<VariantRecord, 'name' | 'format'>) => buildVariantKey(before.object_key, variant);
  const named = new Set(variants.map(buildKey));
  const replaced = (before.variants ?? []).filter(
    old => !variants.some(({ name, settings }) => name === old.name && settings === old.settings),
  );
  const keys = replaced.flatMap(({ name }) => VARIANT_FORMATS.map(format => buildKey({ name, format })));
  await Promise.all(keys.filter(key => !named.has(key)).map(key => deps.objects.delete(key)));
}
