import { Pace, READS_PER_IMAGE } from './pace';
import type { Progress } from './tally';
import {
  FAILED_IMAGES, type FailedImage, type FailedRecord, type FailedRequest, type Failure, FAILURE_CODES, keepNewest,
  type LastError, OPERATOR_RATE,
} from '../../../src/contract';
import { isId } from '../image-id';
import { persist } from '../persist';
import type { OperatorDeps } from '../ports';
import { formatTime, isTime } from '../timestamps';

/** Items of one page at most. */
const PAGE = 1000;

/**
 * Lists the newest failed images of the part of the table that this call reads. No index has them (decisions/0013), so
 * the command reads the whole table and merges the answers. It queues nothing, so its default rate is the highest.
 */
export async function listFailed(
  deps: OperatorDeps, { limit = FAILED_IMAGES.DEFAULT, rate = OPERATOR_RATE.MAX, cursor }: FailedRequest,
  deadline: number,
): Promise<Progress> {
  const pace = new Pace(deps, rate);
  const size = Math.min(PAGE, rate * READS_PER_IMAGE);
  const causes: Partial<Record<LastError, number>> = {};
  let [seen, read, failed, behind] = [0, 0, [] as FailedImage[], cursor];
  do {
    const page = await persist(deps, () => deps.scan.readFailed(size, behind));
    const found = page.records.map(describe);
    for (const { last_error } of found) causes[last_error] = (causes[last_error] ?? 0) + 1;
    failed = keepNewest([...failed, ...found], limit);
    seen += found.length;
    read += page.read;
    behind = page.behind;
    if (behind === undefined) break;
    await pace.wait(0, page.read);
  } while (deps.clock.now() < deadline);
  const list = { seen, queued: 0, skipped: 0, left: {}, failed, causes, read };
  return behind === undefined ? { ...list, done: true } : { ...list, done: false, cursor: behind };
}

/**
 * A change of tags moves `updated_at`, but not the time of the error. The list goes to a terminal: a forged record must
 * neither stop it nor bring text of its own.
 */
function describe({ image_id, updated_at, tries = 0, last_error }: FailedRecord): FailedImage {
  return {
    image_id: isId(image_id) ? image_id : '(invalid id)',
    failed_at: [last_error?.at, updated_at].find(isTime) ?? formatTime(0),
    tries: Number.isSafeInteger(tries) ? tries : 0,
    last_error: readCode(last_error),
  };
}

function readCode(error?: Failure | null): LastError {
  return error ? FAILURE_CODES.find(code => code === error.code) ?? 'Unknown' : 'NotRecorded';
}
