import { createHash } from 'node:crypto';
import type { Original, Step } from './step';
import type { Imaging } from '../ports';

/** Bytes that a decoder has died of under these limits are refused without another try: whoever sends them again pays with nobody's time. */
export const recallRejection: Step<Original, Original> = async (deps, work) => {
  const rejection = await deps.rejectionCache.recall(computeRejectionKey(work.checksum, deps.imaging));
  return rejection === undefined ? work : { end: 'rejected', rejection };
};

/** What a refusal is remembered by: the bytes, and the limits that they met. */
export function computeRejectionKey(checksum: string, { limits }: Pick<Imaging, 'limits'>): string {
  return createHash('sha256').update(JSON.stringify([checksum, limits])).digest('hex');
}
