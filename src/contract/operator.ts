import type { VariantsToMake } from './messages';

/**
 * Requests to the operator function, which the command `cdk-image-service` sends. A call works until `seconds` or the
 * timeout of the function is over. Its answer has a `cursor` if work is left: send the same request with it.
 */
export type OperatorRequest = StatusRequest | RedriveRequest | ReprocessRequest;

/** Counts messages: waiting, in progress and in the dead-letter queue. */
export interface StatusRequest {
  readonly command: 'status';
}

interface Pacing {
  /** Images a second. */
  readonly rate?: number;
  /** Maximum duration of the call in seconds. A short one gives frequent progress. */
  readonly seconds?: number;
  readonly cursor?: string;
}

/** Retries the messages of the dead-letter queue: each image gets another five tries. */
export interface RedriveRequest extends Pacing {
  readonly command: 'redrive';
}

/**
 * Makes variants again after the set has changed: of one image, of all images of a user, or of all images. A failed
 * image gets another five tries with the current set. Its message may have left the dead-letter queue already.
 */
export interface ReprocessRequest extends Pacing {
  readonly command: 'reprocess';
  readonly image_id?: string;
  readonly user_id?: string;
  readonly all?: true;
  readonly remake: VariantsToMake;
}

export interface QueueStatus {
  readonly waiting: number;
  readonly working: number;
  readonly given_up: number;
}

/** Reasons for skipping an image or a message, as the answer counts them. The command prints labels for them. */
export type LeftReason =
  'complete' | 'rejected' | 'in work' | 'gone' | 'made by other settings' | 'none of ours' | 'given up again';

/** Maximum images that an answer names. */
export const OPERATOR_IMAGES = 20;

export interface OperatorAnswer {
  /** Whether no work is left. If some is, `cursor` continues there. */
  readonly done: boolean;
  readonly cursor?: string;
  /** Images read, queued and skipped by this call alone. For a redrive, messages. */
  readonly seen: number;
  readonly queued: number;
  readonly skipped: number;
  readonly status: QueueStatus;
  /** Skipped images by reason. */
  readonly left: Partial<Record<LeftReason, number>>;
  /** For a redrive: the queued images, `OPERATOR_IMAGES` at most. */
  readonly image_ids?: readonly string[];
  /** Why the work stopped, such as a variant that has changed under the same name. */
  readonly refusal?: string;
}

/** Images a second: the default and the maximum. */
export const OPERATOR_RATE = { DEFAULT: 10, MAX: 500 } as const;
