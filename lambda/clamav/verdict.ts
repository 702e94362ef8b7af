import type { ScanResult } from '../../src/contract';
import { ServiceError } from '../domain/errors';

export interface Verdict {
  readonly result: ScanResult;
  /** Name of the signature that matched. */
  readonly found?: string;
}

/** The signature of `AlertExceedsMax`. The rest of such a file was not scanned. */
const LIMIT = 'Heuristics.Limits.Exceeded';
/** This limit depends on time: a later scan may stay below it. */
const TIME_LIMIT = `${LIMIT}.MaxScanTime`;

/** The form of clamd's errors. */
const REASON = /^[\w .,:'-]{1,120}$/;

/** Parses clamd's reply to INSTREAM. Only OK is clean; ERROR and unknown replies throw. */
export function parseVerdict(reply: string): Verdict {
  if (reply === 'stream: OK') return { result: 'NO_THREATS_FOUND' };
  const [, found] = /^stream: (\S.*) FOUND$/.exec(reply) ?? [];
  if (found === undefined || found.startsWith(TIME_LIMIT)) {
    throw new ServiceError(`clamd returned no verdict: ${REASON.test(reply) ? reply : 'unknown reply'}`);
  }
  return { result: found.startsWith(LIMIT) ? 'UNSUPPORTED' : 'THREATS_FOUND', found };
}
