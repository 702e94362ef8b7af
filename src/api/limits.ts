import { Token } from 'aws-cdk-lib';
import { checkWholeNumber, makeFromOptions, listOptionNames, refuse } from '../private/validate';

/** How much the API takes. */
export interface LimitsOptions {
  /**
   * Requests per second that each method takes over time. More are answered 429. Above 0; more than the account's own
   * limit (10 000 unless raised) has no effect.
   * @default 100
   */
  readonly rate?: number;

  /**
   * Requests that each method takes at once before `rate` holds. A whole number of at least 1.
   * @default 200
   */
  readonly burst?: number;
}

const OPTIONS = listOptionNames<LimitsOptions>({ rate: true, burst: true });

/** How much the API takes before it answers 429. */
export class Limits {
  /**
   * How much the API takes.
   * @throws where an option is out of its range, naming option, rule and value
   */
  public static of(options: LimitsOptions = {}): Limits {
    return makeFromOptions('limits', 'Limits', options, OPTIONS, () => new Limits(options));
  }

  /** Requests per second that each method takes over time. */
  public readonly rate: number;
  /** Requests that each method takes at once. */
  public readonly burst: number;

  private constructor(options: LimitsOptions) {
    checkRate(options.rate);
    checkWholeNumber('burst', options.burst, { min: 1, fix: 'it is the number of requests that each method takes at once' });
    this.rate = options.rate ?? 100;
    this.burst = options.burst ?? 200;
  }
}

function checkRate(rate?: number): void {
  if (rate === undefined || Token.isUnresolved(rate) || (rate > 0 && Number.isFinite(rate))) return;
  refuse('rate', 'must be a number above 0', `${rate}`, 'it is the number of requests per second that each method takes');
}
