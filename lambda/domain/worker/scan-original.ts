import type { End, Inspected, Step } from './step';
import { type Rejection, METRICS } from '../../../src/contract';
import { ScannerUnavailable } from '../errors';
import { getLogIds } from '../image-log';
import type { WorkerDeps } from '../ports';

const REJECTIONS = {
  infected: { code: 'MALWARE', message: 'The upload contains malware.' },
  unscannable: { code: 'SCAN_FAILED', message: 'The upload cannot be scanned for malware, so it is not accepted.' },
} as const satisfies Record<string, Rejection>;

/**
 * Only an original that the scanner calls clean goes on. A failed scan must not delete users' photos: after all tries
 * the image becomes `failed`, and its unreadable original stays for a redrive. While the scanner is unavailable, images
 * wait without losing tries.
 */
export const scanOriginal: Step<Inspected, Inspected> = async (deps, work) => {
  const result = await scan(deps, work);
  switch (result) {
    case 'clean': return work;
    case 'infected':
    case 'unscannable': return { end: 'rejected', rejection: REJECTIONS[result] };
    case 'waiting':
    case 'unavailable':
    case 'gone': return { end: result } satisfies End;
  }
};

async function scan({ scanner, logger, metrics }: WorkerDeps, { record }: Inspected) {
  try {
    return await scanner.scan(record.object_key, record.etag!);
  } catch (error) {
    if (!(error instanceof ScannerUnavailable)) throw error;
    metrics.count(METRICS.SCANS_POSTPONED);
    logger.warn('the scanner is unavailable; the scan is postponed', { ...getLogIds(record), error });
    return 'unavailable';
  }
}
