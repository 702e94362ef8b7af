import { computeRejectionKey } from './recall-rejection';
import type { Inspected, Processed, Step } from './step';
import { getLogIds } from '../image-log';

/**
 * Decodes and encodes. Bytes that killed the decoder are remembered before the verdict is written: a crash in between
 * must not lose them.
 */
export const makeVariants: Step<Inspected, Processed> = async (deps, work) => {
  const made = await deps.imaging.make(work.bytes, work.header, work.wanted);
  if (!('rejection' in made)) return { ...work, made };
  if (made.isFatal) {
    deps.logger.warn('an image made its decoder crash or exceed a limit', {
      ...getLogIds(work.record),
      code: made.rejection.code,
    });
    await deps.rejectionCache.remember(computeRejectionKey(work.checksum, deps.imaging), made.rejection);
  }
  return { end: 'rejected', rejection: made.rejection };
};
