import { formatTime } from './timestamps';
import type { Failure, FailureCode, ImageRecord } from '../../src/contract';

export function buildFailure(code: FailureCode, now: number): Failure {
  return { code, at: formatTime(now) };
}

/**
 * The cause for an image without tries left. A worker that was killed recorded none, and its claim removed the cause of
 * the try before.
 */
export function getLastCode({ last_error }: ImageRecord): FailureCode {
  return last_error?.code ?? 'WorkerStopped';
}
