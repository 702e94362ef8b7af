import type { Frame } from './frames';
import type { Rejection } from '../../../src/contract';
import type { ImageJob, MadeVariant, ProcessedImage } from '../pipeline/job';

/** A child says that it is ready, and then one answer to each job. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'image'; readonly image: ProcessedImage }
  | { readonly kind: 'refusal'; readonly refusal: Rejection }
  | { readonly kind: 'fault'; readonly message: string };

export function frameOfJob({ bytes, ...rest }: ImageJob): Frame {
  return { head: rest, blobs: [bytes] };
}

export function jobOfFrame({ head, blobs: [bytes] }: Frame): ImageJob {
  return { ...head as Omit<ImageJob, 'bytes'>, bytes };
}

export function frameOfAnswer(answer: Answer): Frame {
  if (answer.kind !== 'image') return { head: answer, blobs: [] };
  const variants = answer.image.variants.map(({ bytes, ...rest }) => rest);
  return { head: { ...answer, image: { ...answer.image, variants } }, blobs: answer.image.variants.map(({ bytes }) => bytes) };
}

export function answerOfFrame({ head, blobs }: Frame): Answer {
  const answer = head as Answer;
  if (answer.kind !== 'image') return answer;
  const variants = answer.image.variants.map((variant: Omit<MadeVariant, 'bytes'>, i) => ({ ...variant, bytes: blobs[i] }));
  return { ...answer, image: { ...answer.image, variants } };
}
