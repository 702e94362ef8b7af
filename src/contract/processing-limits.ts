import type { ImageLimits } from './image-limits';

/** Largest original that a worker processes. It is in memory as a whole, twice, and a decoder has it in one piece. */
export const MAX_PROCESSED_BYTES = 512 * 1024 * 1024;

/** Maximum claims of an image. It bounds the retries of an image that kills its worker. */
export const MAX_TRIES = 5;

/** How long an image may wait for its scan after its last change of state, in milliseconds. Then it fails. */
export const SCAN_PATIENCE_MS = 24 * 60 * 60_000;

/** Time of a worker besides decoding and transfer, in seconds. */
const OTHER_SECONDS = 10;
const BYTES_PER_SECOND = 5 * 1024 * 1024;

/** Seconds allowed for a transfer from or to storage, in addition to the time of any request. */
export function computeTransferSeconds(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_SECOND);
}

type DecodeTime = Pick<ImageLimits, 'decodeSeconds'>;

/**
 * Longest work on one image, in seconds: a decode that is killed, its second try alone, and the scan. It includes
 * reading the original, writing the variants and starting decoders. A worker with less time left takes no further
 * message of its batch.
 */
export function computeLongestImageSeconds(limits: DecodeTime, maxUploadBytes: number, scanSeconds: number): number {
  return 2 * limits.decodeSeconds + computeOtherSeconds(maxUploadBytes, scanSeconds);
}

/** Factor between the wall-clock limit of a decoder and its CPU limit, if the worker has the time. */
const MOST_WAITING = 3;

/**
 * Wall-clock limit of a decoder in seconds. Two decoders that hang one after the other end within the worker's time for
 * an image. The limit is above the CPU limit, because waiting for a CPU says nothing about the image.
 */
export function computeLongestDecodeSeconds(
  { decodeSeconds }: DecodeTime, maxUploadBytes: number, scanSeconds: number, workerSeconds: number,
): number {
  const left = workerSeconds - computeOtherSeconds(maxUploadBytes, scanSeconds);
  return Math.max(decodeSeconds, Math.min(MOST_WAITING * decodeSeconds, left / 2));
}

function computeOtherSeconds(maxUploadBytes: number, scanSeconds: number): number {
  return OTHER_SECONDS + computeTransferSeconds(maxUploadBytes) + scanSeconds;
}
