import type { ScanResult } from '../../src/contract';

export interface Verdict {
  readonly result: ScanResult;
  /** Name of the signature that matched. */
  readonly found?: string;
}

/** The signature of `AlertExceedsMax`. The rest of such a file was not scanned. */
const LIMIT = 'Heuristics.Limits.Exceeded';
/** This limit depends on time: a later scan may stay below it. */
const TIME_LIMIT = `${LIMIT}.MaxScanTime`;

/** Parses clamd's reply to INSTREAM. Only OK is clean; ERROR and unknown replies throw. */
export function parseVerdict(reply: string): Verdict {
  if (reply === 'stream: OK') return { result: 'NO_THREATS_FOUND' };
  const [, found] = /^stream: (\S.*) FOUND$/.exec(reply) ?? [];
  if (found === undefined || found.startsWith(TIME_LIMIT)) {
    throw new Error(`clamd returned no verdict: ${JSON.stringify(reply)}`);
  }
  return { result: found.startsWith(LIMIT) ? 'UNSUPPORTED' : 'THREATS_FOUND', found };
}
