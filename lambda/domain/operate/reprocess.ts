import { announce, logQueued, redriveImage } from './hand-over';
import { selectImages } from './images';
import { Pace } from './pace';
import { type Fate, type Progress, Tally } from './tally';
import type { ImageRecord, LeftReason, VariantsToMake, ReprocessRequest, Status } from '../../../src/contract';
import { checkOwnKey, isOwnKey } from '../own-key';
import type { OperatorDeps } from '../ports';
import { findChangedVariant, planReprocessing } from '../worker/reprocessing-plan';

/**
 * Announces images with missing variants to the workers. An image with a variant that changed under the same name stops
 * the command before that image is announced, unless the operator asked for changes: the variant's URL is cached as
 * immutable.
 */
export async function reprocess(deps: OperatorDeps, request: ReprocessRequest, deadline: number): Promise<Progress> {
  const images = selectImages(deps, request);
  const pace = new Pace(deps, request.rate);
  const tally = new Tally();
  let { cursor } = request;
  do {
    const page = await images.readPage(cursor);
    await pace.wait(0, page.passedOver);
    let rest = page.records;
    while (rest.length > 0) {
      const batch = rest.slice(0, pace.atOnce);
      const { handled, refusal } = await handleBatch(deps, batch, request.remake);
      tally.add(handled);
      if (handled.length > 0) cursor = images.getCursor(batch[handled.length - 1]);
      if (refusal !== undefined) {
        tally.add(['made by other settings']);
        return { ...tally.counts, done: false, cursor, refusal };
      }
      rest = rest.slice(handled.length);
      await pace.wait(handled.filter(fate => fate === 'queued').length, handled.length);
      if (rest.length > 0 && deps.clock.now() >= deadline) return { ...tally.counts, done: false, cursor };
    }
    if (page.cursor === undefined) return { ...tally.counts, done: true };
    cursor = page.cursor;
  } while (deps.clock.now() < deadline);
  return { ...tally.counts, done: false, cursor };
}

interface Handled {
  readonly handled: readonly Fate[];
  /** Why the next image was not handled. */
  readonly refusal?: string;
}

async function handleBatch(deps: OperatorDeps, batch: readonly ImageRecord[], which: VariantsToMake): Promise<Handled> {
  const refusals = batch.map(record => (which === 'changed' ? undefined : describeChangedVariant(deps, record)));
  const at = refusals.findIndex(refusal => refusal !== undefined);
  const allowed = at < 0 ? batch : batch.slice(0, at);
  return { handled: await Promise.all(allowed.map(record => queueImage(deps, record, which))), refusal: refusals[at] };
}

function describeChangedVariant(deps: OperatorDeps, record: ImageRecord): string | undefined {
  const name = record.status === 'ready' && isOwnKey(record) ? findChangedVariant(record, deps.variants) : undefined;
  if (name === undefined) return undefined;
  return `the variant "${name}" of the image ${record.image_id} was made with other settings, and browsers cache the old bytes under its URL; `
    + 'rename the variant, or pass --replace; if a run with --replace is in progress, wait until the queue is empty';
}

const LEFT_AT = {
  pending: 'in work', processing: 'in work', rejected: 'rejected', deleting: 'gone', deleted: 'gone', expired: 'gone',
} as const satisfies Record<Exclude<Status, 'failed' | 'ready'>, LeftReason>;

/** Only settled images: pending and processing ones get the present variants anyway. */
async function queueImage(deps: OperatorDeps, record: ImageRecord, which: VariantsToMake): Promise<Fate> {
  if (!checkOwnKey(deps, record)) return 'none of ours';
  if (record.status === 'failed') {
    await redriveImage(deps, record.image_id, record.object_key);
    await announce(deps, record.object_key);
    logQueued(deps, record, 'reprocess');
    return 'queued';
  }
  if (record.status !== 'ready') return LEFT_AT[record.status];
  if (!planReprocessing(record, deps.variants, which).isNeeded) return 'complete';
  await announce(deps, record.object_key, which);
  logQueued(deps, record, 'reprocess');
  return 'queued';
}
