import type { WorkerDeps } from './ports';
import { computeShortHash } from './short-hash';
import { claim } from './worker/claim';
import { findFailureCode } from './worker/failure-code';
import { accept, checkDeleted, endTry, fail, reject, release } from './worker/finish';
import { reprocessImage } from './worker/reprocess-image';
import { isEager } from './worker/reprocessing-plan';
import { examine } from './worker/steps';
import { type ImageRecord, parseImageId, MAX_TRIES, METRICS, type VariantsToMake } from '../../src/contract';

/**
 * Processes one message: confirms the upload if it is pending, claims the image, makes its variants and writes the
 * outcome. Or makes variants of a ready image again. Safe to repeat, also concurrently: a message without work is done.
 * Throws if another try may help. `isLast`: the queue will not deliver this message again, so an image without tries
 * left fails. The sweeper announces all others again. Receives do not count as tries: a worker without time, or one
 * that Lambda throttled, receives a message without a try.
 */
export async function processUpload(
  deps: WorkerDeps, objectKey: string, isLast: boolean, which?: VariantsToMake,
): Promise<void> {
  const imageId = parseImageId(objectKey);
  if (imageId === undefined) {
    deps.metrics.count(METRICS.ORPHANED_OBJECTS);
    return deps.logger.warn('an object under originals/ has an unknown key format; ignored', {
      key_hash: computeShortHash(objectKey),
    });
  }
  if (which !== undefined) return reprocessImage(deps, imageId, objectKey, which);
  const record = await claim(deps, imageId, objectKey);
  if (record === undefined || await processRecord(deps, record, isLast)) return;
  // The scanner's event may have met our claim and been acknowledged. So scan once more, now that the claim has ended.
  if (await deps.scanner.scan(objectKey, record.etag!) === 'waiting') return;
  const again = await claim(deps, imageId, objectKey);
  if (again !== undefined) await processRecord(deps, again, isLast);
}

/** False if the image waits for its scan. */
async function processRecord(deps: WorkerDeps, record: ImageRecord, isLast: boolean): Promise<boolean> {
  try {
    const work = await examine(deps, { record: record, wanted: deps.imaging.variants.filter(isEager) });
    if (!('end' in work)) await accept(deps, work);
    else if (work.end === 'rejected') await reject(deps, record, work.rejection);
    else if (work.end === 'gone') await checkDeleted(deps, record);
    else await release(deps, record);
    return !('end' in work) || work.end !== 'waiting';
  } catch (error) {
    const code = findFailureCode(error);
    if (isLast && (record.tries ?? 0) >= MAX_TRIES) await fail(deps, record, code);
    else await endTry(deps, record, code);
    throw error;
  }
}
