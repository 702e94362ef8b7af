import { Refusal } from '../refusal';

/**
 * What reads pixels of the original goes through here. Whatever a decoder says, the verdict and its text are ours: libvips keeps
 * its messages per process, so one can be of another image.
 */
export async function orCorrupt<T>(decoding: Promise<T>): Promise<T> {
  try {
    return await decoding;
  } catch {
    throw corrupt();
  }
}

export function corrupt(): Refusal {
  return new Refusal('CORRUPT', 'The image is damaged or incomplete: it cannot be decoded.');
}
