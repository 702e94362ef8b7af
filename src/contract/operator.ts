import type { Remake } from './messages';

/**
 * What an operator asks of the operator's function (`cdk-image-service`, the command, does). A call works for as long as its function may, and
 * its answer says how to go on: the same request with `cursor`.
 */
export type OperatorRequest = StatusRequest | RedriveRequest | ReprocessRequest;

/** How many messages wait, are in work, and were given up. */
export interface StatusRequest {
  readonly command: 'status';
}

/** Gives every message of the dead-letter queue, and the image it is about, another five tries. */
export interface RedriveRequest {
  readonly command: 'redrive';
  /** Images a second. */
  readonly rate?: number;
}

/** Makes variants again, after the set has changed: of one image, of all images of a user, or of all. */
export interface ReprocessRequest {
  readonly command: 'reprocess';
  readonly image_id?: string;
  readonly user_id?: string;
  readonly all?: true;
  readonly remake: Remake;
  /** Images a second. */
  readonly rate?: number;
  readonly cursor?: string;
}

export interface QueueStatus {
  readonly waiting: number;
  readonly working: number;
  readonly given_up: number;
}

export interface OperatorAnswer {
  /** Whether nothing is left to do; if something is, `cursor` goes on where this answer ends. */
  readonly done: boolean;
  readonly cursor?: string;
  /** Images looked at, given to the workers, and left as they were, by this call alone. */
  readonly seen: number;
  readonly queued: number;
  readonly skipped: number;
  readonly status: QueueStatus;
  /** Why the work stopped where it did, such as a variant that has changed under the same name. */
  readonly refusal?: string;
}

/** Images a second, where the operator names none. */
export const OPERATOR_RATE = { DEFAULT: 10, MAX: 500 } as const;
