import { createHash } from 'node:crypto';
import type { Original, Step } from './step';
import type { Imaging } from '../ports';

/**
 * Bytes that killed a decoder under these limits are rejected without another try, so repeated uploads cost nothing.
 */
export const recallRejection: Step<Original, Original> = async (deps, work) => {
  const rejection = await deps.rejectionCache.recall(computeRejectionKey(work.checksum, deps.imaging));
  return rejection === undefined ? work : { end: 'rejected', rejection };
};

/** Key of a remembered rejection: the bytes and the limits. */
export function computeRejectionKey(checksum: string, { limits }: Pick<Imaging, 'limits'>): string {
  return createHash('sha256').update(JSON.stringify([checksum, limits])).digest('hex');
}
