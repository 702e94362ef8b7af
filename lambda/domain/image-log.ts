import type { Clock, Logger } from './ports';
import type { FailureCode, ImageRecord, RejectionCode } from '../../src/contract';

type LogIds = Pick<ImageRecord, 'image_id' | 'request_id'>;

/** Names an image in a log line: `request_id` is that of the request that created it. */
export function getLogIds({ image_id, request_id }: LogIds): LogIds {
  return { image_id, request_id };
}

/** `Superseded`: another outcome stands, such as a delete. `WaitingForScan`: the scanner's event continues the work. */
export type ProcessedCode = RejectionCode | FailureCode | 'Reprocessed' | 'Superseded' | 'WaitingForScan';

export interface ProcessedFacts {
  /** When the work began (epoch milliseconds). */
  readonly began: number;
  /** Why the image is not ready. */
  readonly code?: ProcessedCode;
  /** The image has just become ready. */
  readonly isNewlyReady?: boolean;
}

/** Writes the log line of a processed record: one for each try of a worker, and one for each verdict at confirm. */
export function logProcessed(
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock }, record: ImageRecord, facts: ProcessedFacts,
): void {
  const now = clock.now();
  logger.info('record processed', {
    ...getLogIds(record),
    status: record.status,
    code: facts.code,
    attempt: record.attempt,
    duration_ms: now - facts.began,
    ready_after_ms: facts.isNewlyReady ? computeWait(record, now) : undefined,
  });
}

/**
 * Milliseconds from the upload to `ready`. Storage dates an upload by whole seconds, so it may seem to come after
 * `ready`.
 */
export function computeWait({ uploaded_at, created_at }: ImageRecord, now: number): number {
  // A listed record has the time at which its upload was found.
  return Math.max(0, now - (uploaded_at ?? Date.parse(created_at!.split('#')[0])));
}
