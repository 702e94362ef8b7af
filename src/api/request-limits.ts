import { Token } from 'aws-cdk-lib';
import { checkWholeNumber, makeFromOptions, listOptionNames, throwOptionError } from '../private/validate';

/** Options of `Limits.of()`. */
export interface LimitsOptions {
  /**
   * Sustained requests per second for each method. Further requests get 429. Above 0. More than the account's limit (10
   * 000 unless raised) has no effect.
   * @default 100
   */
  readonly rate?: number;

  /**
   * Burst: requests that each method accepts at once before `rate` applies. A whole number of at least 1.
   * @default 200
   */
  readonly burst?: number;
}

const OPTIONS = listOptionNames<LimitsOptions>({ rate: true, burst: true });

/** Throttling of the API: requests over the limits get 429. */
export class Limits {
  /**
   * Sets limits; options that are left out keep their defaults.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static of(options: LimitsOptions = {}): Limits {
    return makeFromOptions('limits', 'Limits', options, OPTIONS, () => new Limits(options));
  }

  /** Sustained requests per second for each method. */
  public readonly rate: number;
  /** Requests that each method accepts at once. */
  public readonly burst: number;

  private constructor(options: LimitsOptions) {
    checkRate(options.rate);
    checkWholeNumber('burst', options.burst, {
      min: 1,
      fix: 'give the number of requests that each method accepts at once',
    });
    this.rate = options.rate ?? 100;
    this.burst = options.burst ?? 200;
  }
}

function checkRate(rate?: number): void {
  if (rate === undefined || Token.isUnresolved(rate) || (rate > 0 && Number.isFinite(rate))) return;
  throwOptionError(
    'rate', 'must be a number above 0', `${rate}`, 'give the number of requests per second that each method accepts',
  );
}
