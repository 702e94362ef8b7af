import type { Ending } from './client';
import type { RejectionCode } from '../../src/contract';

const LIMITS: RejectionCode[] = ['TOO_MANY_PIXELS', 'TOO_MANY_FRAMES', 'RESOURCE_LIMIT'];
const TYPES: RejectionCode[] = ['UNSUPPORTED_TYPE', 'TYPE_MISMATCH'];

/** Codes that fit a verdict. Damage can be in the leading bytes or in the size fields. */
const FITTING: Record<string, readonly RejectionCode[]> = {
  must_reject_corrupt: ['CORRUPT', ...TYPES, ...LIMITS],
  must_reject_type: TYPES,
  must_reject_limit: LIMITS,
};

/** Checks that a file ended as its verdict says. `decodes`: libheif makes an image of it within the limits. */
export function isExpected(verdict: string, { status, code }: Ending, decodes: boolean): boolean {
  if (status !== 'ready' && status !== 'rejected') return false;
  if (verdict === 'must_accept') return status === 'ready';
  if (verdict in FITTING) return status === 'rejected' && FITTING[verdict].includes(code!);
  return verdict !== 'heic' || !decodes || status === 'ready';
}

/** The share of files that must end as expected. */
export function findGoal(verdict: string): number {
  return verdict === 'must_accept' ? 0.998 : 1;
}
