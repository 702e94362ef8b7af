import { Token } from 'aws-cdk-lib';
import { checkWholeNumber, throwOptionError } from '../private/validate';

/** Workers that run at once for each queue, and the number that one owner may occupy. */
export interface WorkerConcurrency {
  readonly uploads: number;
  readonly surplus: number;
  /** Workers of the queue of uploads that one owner may occupy. */
  readonly share: number;
  /** Workers of the surplus queue that one owner may occupy. */
  readonly lanes: number;
}

export interface ConcurrencyOptions {
  readonly maxConcurrency?: number;
  readonly maxConcurrencyPerUser?: number;
}

/**
 * A new account has 10 concurrent executions (AWS Lambda, "Lambda quotas"). This leaves 4 for the API, delivery and the
 * sweeper.
 */
const DEFAULT = 6;
/**
 * An event source allows a maximum concurrency from 2 to 1000 (AWS Lambda, "Configuring scaling behavior for SQS event
 * source mappings"). There are two.
 */
const LEAST_PER_SOURCE = 2;

/**
 * Divides workers between the queues. By default one owner occupies at most half of each kind of worker, so the other
 * half is free for other owners. Message groups bound an owner in the surplus queue, slots in the queue of uploads.
 */
export function planConcurrency({ maxConcurrency, maxConcurrencyPerUser }: ConcurrencyOptions): WorkerConcurrency {
  for (const [name, value] of Object.entries({ maxConcurrency, maxConcurrencyPerUser })) {
    if (Token.isUnresolved(value)) {
      throwOptionError(
        name, 'must be known at synthesis', 'a token', 'give it as a literal: other numbers are computed from it',
      );
    }
  }
  checkWholeNumber('maxConcurrency', maxConcurrency, {
    min: 2 * LEAST_PER_SOURCE,
    max: 1000,
    fix: 'use 4 to 1000: each of the two SQS event sources needs at least 2',
  });
  const total = maxConcurrency ?? DEFAULT;
  checkWholeNumber('maxConcurrencyPerUser', maxConcurrencyPerUser, {
    min: 2,
    max: total,
    fix: "use 2 to the value of 'maxConcurrency'",
  });
  const surplus = Math.max(LEAST_PER_SOURCE, Math.floor(total / 4));
  const uploads = total - surplus;
  const perUser = maxConcurrencyPerUser ?? Math.floor(total / 2);
  const lanes = Math.max(1, Math.floor(surplus * perUser / total));
  return { uploads, surplus, lanes, share: Math.min(uploads, perUser - lanes) };
}
