import { logProcessed, type ProcessedCode } from './image-log';
import type { WorkerDeps } from './ports';
import { computeShortHash } from './short-hash';
import { claim } from './worker/claim';
import { findFailureCode } from './worker/failure-code';
import { accept, checkDeleted, endTry, fail, reject, release } from './worker/finish';
import { reprocessImage } from './worker/reprocess-image';
import { isEager } from './worker/reprocessing-plan';
import type { End, Processed } from './worker/step';
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
  const began = deps.clock.now();
  try {
    const work = await examine(deps, { record, wanted: deps.imaging.variants.filter(isEager) });
    const { after, code } = await endWork(deps, record, work);
    const isNewlyReady = after?.status === 'ready';
    logProcessed(deps, after ?? record, { began, isNewlyReady, code: after ? code : 'Superseded' });
    return !('end' in work) || work.end !== 'waiting';
  } catch (error) {
    const code = findFailureCode(error);
    const isOver = isLast && (record.tries ?? 0) >= MAX_TRIES;
    const after = isOver ? await fail(deps, record, code) : await endTry(deps, record, code);
    logProcessed(deps, after ?? record, { began, code });
    throw error;
  }
}

/** The record after the end of its work; undefined if another outcome stands. `code`: why it is not ready. */
interface Ended {
  readonly after?: ImageRecord;
  readonly code?: ProcessedCode;
}

async function endWork(deps: WorkerDeps, record: ImageRecord, work: Processed | End): Promise<Ended> {
  if (!('end' in work)) return { after: await accept(deps, work) };
  switch (work.end) {
    case 'rejected': return { after: await reject(deps, record, work.rejection), code: work.rejection.code };
    case 'gone': return { after: await checkDeleted(deps, record) };
    case 'waiting': return { after: await release(deps, record), code: 'WaitingForScan' };
    case 'unavailable': return { after: await release(deps, record), code: 'ScannerUnavailable' };
  }
}
