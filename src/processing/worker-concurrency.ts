import { Token } from 'aws-cdk-lib';
import { checkWholeNumber, refuse } from '../private/validate';

/** How many workers run at once, by the queue that they take from, and how many of them one owner may occupy. */
export interface WorkerConcurrency {
  readonly uploads: number;
  readonly surplus: number;
  /** Of one owner, on workers of the queue of uploads. */
  readonly share: number;
  /** Of one owner, on workers of the surplus queue. */
  readonly lanes: number;
}

export interface ConcurrencyOptions {
  readonly maxConcurrency?: number;
  readonly maxConcurrencyPerUser?: number;
}

/** Of the 10 concurrent executions of a new account (AWS Lambda, "Lambda quotas") 4 are left for the API, delivery and the sweeper. */
const DEFAULT = 6;
/** The maximum concurrency of an event source is 2 to 1000 (AWS Lambda, "Configuring scaling behavior for SQS event source mappings"), and there are two. */
const LEAST_PER_SOURCE = 2;

/**
 * One owner occupies at most half of either kind of worker unless told otherwise: the other half is there for other owners, whatever one of them sends.
 * The surplus queue bounds an owner by message groups, the queue of uploads by slots.
 */
export function planConcurrency({ maxConcurrency, maxConcurrencyPerUser }: ConcurrencyOptions): WorkerConcurrency {
  for (const [name, value] of Object.entries({ maxConcurrency, maxConcurrencyPerUser })) {
    if (Token.isUnresolved(value)) refuse(name, 'must be known at synthesis', 'a token', 'give it as a literal: other numbers are computed from it');
  }
  checkWholeNumber('maxConcurrency', maxConcurrency, { min: 2 * LEAST_PER_SOURCE, max: 1000, fix: 'two Amazon SQS event sources take at least 2 each, and 1000 at most' });
  const total = maxConcurrency ?? DEFAULT;
  checkWholeNumber('maxConcurrencyPerUser', maxConcurrencyPerUser, { min: 2, max: total, fix: "it is a part of 'maxConcurrency'" });
  const surplus = Math.max(LEAST_PER_SOURCE, Math.floor(total / 4));
  const uploads = total - surplus;
  const perUser = maxConcurrencyPerUser ?? Math.floor(total / 2);
  const lanes = Math.max(1, Math.floor(surplus * perUser / total));
  return { uploads, surplus, lanes, share: Math.min(uploads, perUser - lanes) };
}
