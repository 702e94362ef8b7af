import { INTACT_COPY, explainRejection } from '../../domain/explain-rejection';
import { RejectionError } from '../rejection-error';

/**
 * What reads pixels of the original goes through here. Whatever a decoder says, the verdict and its text are ours: libvips keeps
 * its messages per process, so one can be of another image.
 */
export async function rejectIfCorrupt<T>(decoding: Promise<T>): Promise<T> {
  try {
    return await decoding;
  } catch {
    throw createCorruptError();
  }
}

export function createCorruptError(): RejectionError {
  return new RejectionError('CORRUPT', explainRejection('The image is damaged or incomplete: it cannot be decoded', INTACT_COPY));
}
