/** Changes of one alarm. */
export interface AlarmOptions {
  /**
   * Whether the service has this alarm. An alarm costs about $0.10 a month.
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The alarm goes off when its statistic is at or above this number. Rates are fractions: 0.05 is 5 %; the rate of
   * CloudFront is a percentage. Durations of functions and of the API are in milliseconds, and ages are in seconds.
   * More than 0.
   * @default - see docs/runbook.md
   */
  readonly threshold?: number;

  /**
   * Consecutive periods at or above the threshold before the alarm goes off, from 1 to 100. All together take a day at
   * most, or a week if a period has an hour or more.
   * @default - see docs/runbook.md
   */
  readonly periods?: number;
}
