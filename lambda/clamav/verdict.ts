import type { ScanResult } from '../../src/contract';

export interface Verdict {
  readonly result: ScanResult;
  /** Name of the signature that was found. */
  readonly found?: string;
}

/** What `AlertExceedsMax` finds. The rest of such a file was not looked at. */
const LIMIT = 'Heuristics.Limits.Exceeded';
/** This limit is one of time: on another day the file may be within it. */
const TIME_LIMIT = `${LIMIT}.MaxScanTime`;

/** clamd's reply to INSTREAM as a result. Only what clamd calls OK is clean; what it calls an ERROR, and what it never says, throws. */
export function parseVerdict(reply: string): Verdict {
  if (reply === 'stream: OK') return { result: 'NO_THREATS_FOUND' };
  const [, found] = /^stream: (\S.*) FOUND$/.exec(reply) ?? [];
  if (found === undefined || found.startsWith(TIME_LIMIT)) throw new Error(`clamd came to no verdict: ${JSON.stringify(reply)}`);
  return { result: found.startsWith(LIMIT) ? 'UNSUPPORTED' : 'THREATS_FOUND', found };
}
