import type { Remake } from './messages';

/**
 * What an operator asks of the operator's function (`cdk-image-service`, the command, does). A call works for as long as its function may, or
 * for `seconds`, and its answer says how to go on: the same request with `cursor`.
 */
export type OperatorRequest = StatusRequest | RedriveRequest | ReprocessRequest;

/** How many messages wait, are in work, and were given up. */
export interface StatusRequest {
  readonly command: 'status';
}

interface Pacing {
  /** Images a second. */
  readonly rate?: number;
  /** How long the call may take: who watches asks for little at a time. */
  readonly seconds?: number;
  readonly cursor?: string;
}

/** Gives every message of the dead-letter queue, and the image it is about, another five tries. */
export interface RedriveRequest extends Pacing {
  readonly command: 'redrive';
}

/**
 * Makes variants again, after the set has changed: of one image, of all images of a user, or of all. An image that has failed gets another five
 * tries instead, which make the variants of the present set: some of those have no message left that could be redriven.
 */
export interface ReprocessRequest extends Pacing {
  readonly command: 'reprocess';
  readonly image_id?: string;
  readonly user_id?: string;
  readonly all?: true;
  readonly remake: Remake;
}

export interface QueueStatus {
  readonly waiting: number;
  readonly working: number;
  readonly given_up: number;
}

/** Why an image, or a message, was left as it was. In words that the command shows. */
export const LEFT_REASONS = ['complete', 'rejected', 'in work', 'gone', 'made by other settings', 'none of ours', 'given up again'] as const;
export type LeftReason = typeof LEFT_REASONS[number];

/** Images that an answer names at most. */
export const OPERATOR_IMAGES = 20;

export interface OperatorAnswer {
  /** Whether nothing is left to do; if something is, `cursor` goes on where this answer ends. */
  readonly done: boolean;
  readonly cursor?: string;
  /** Images looked at, given to the workers, and left as they were, by this call alone; of a redrive, messages. */
  readonly seen: number;
  readonly queued: number;
  readonly skipped: number;
  readonly status: QueueStatus;
  /** Of those that were left, how many for which reason. */
  readonly left: Partial<Record<LeftReason, number>>;
  /** Of a redrive: images that it queued, `OPERATOR_IMAGES` at most. */
  readonly image_ids?: readonly string[];
  /** Why the work stopped where it did, such as a variant that has changed under the same name. */
  readonly refusal?: string;
}

/** Images a second, where the operator names none. */
export const OPERATOR_RATE = { DEFAULT: 10, MAX: 500 } as const;
