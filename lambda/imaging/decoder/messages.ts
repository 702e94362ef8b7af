import type { Frame } from './frames';
import type { ImageJob, ProcessedImage } from '../pipeline/job';

/** A child says that it is ready, and then one answer to each job. */
export type Answer =
  /** `isClosed`: it can open nothing any more. */
  | { readonly kind: 'ready'; readonly isClosed: boolean }
  | Verdict;

/** A decoder reports every faulty image as `corrupt`; the pool writes the message. */
export type Verdict =
  | { readonly kind: 'image'; readonly image: ProcessedImage }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'fault'; readonly message: string };

export function packJob({ bytes, ...rest }: ImageJob): Frame {
  return { head: rest, blobs: [bytes] };
}

export function unpackJob({ head, blobs: [bytes] }: Frame): ImageJob {
  return { ...head as Omit<ImageJob, 'bytes'>, bytes };
}

export function packAnswer(answer: Answer): Frame {
  if (answer.kind !== 'image') return { head: answer, blobs: [] };
  const variants = answer.image.variants.map(({ bytes, ...rest }) => rest);
  return {
    head: { ...answer, image: { ...answer.image, variants } },
    blobs: answer.image.variants.map(({ bytes }) => bytes),
  };
}
