import type { End, Inspected, Step } from './step';
import type { Rejection } from '../../../src/contract';

const REJECTIONS = {
  infected: { code: 'MALWARE', message: 'The upload contains malware.' },
  unscannable: { code: 'SCAN_FAILED', message: 'The upload cannot be scanned for malware, so it is not accepted.' },
} as const satisfies Record<string, Rejection>;

/**
 * Only what the scanner calls clean goes on. A scanner that throws has an outage: that must not delete users' photos, so it ends
 * as `failed`, like any fault of ours, with the original kept, unreadable, for a redrive.
 */
export const scanOriginal: Step<Inspected, Inspected> = async (deps, work) => {
  const result = await deps.scanner.scan(work.row.object_key, work.row.etag!);
  switch (result) {
    case 'clean': return work;
    case 'infected':
    case 'unscannable': return { end: 'rejected', rejection: REJECTIONS[result] };
    case 'waiting':
    case 'gone': return { end: result } satisfies End;
  }
};
