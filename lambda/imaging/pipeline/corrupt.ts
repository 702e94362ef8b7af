import { INTACT_COPY, explainRejection } from '../../domain/explain-rejection';
import { RejectionError } from '../rejection-error';

/**
 * Wraps every read of the original's pixels. The verdict and its text are ours: libvips keeps its messages per process,
 * so one can belong to another image.
 */
export async function rejectIfCorrupt<T>(decoding: Promise<T>): Promise<T> {
  try {
    return await decoding;
  } catch {
    throw createCorruptError();
  }
}

export function createCorruptError(): RejectionError {
  return new RejectionError(
    'CORRUPT', explainRejection('The image is damaged or incomplete: it cannot be decoded', INTACT_COPY),
  );
}
