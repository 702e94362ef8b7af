/** Changes of one alarm. */
export interface AlarmOptions {
  /**
   * Whether the service has this alarm. An alarm costs about $0.10 a month.
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The alarm goes off when its statistic is at or above this number. Rates are fractions: 0.05 is 5 %; the rate of
   * CloudFront is a percentage. Times of queues are in seconds, other times in milliseconds. More than 0.
   * @default - see docs/runbook.md
   */
  readonly threshold?: number;

  /**
   * Consecutive periods at or above the threshold before the alarm goes off, from 1 to 100.
   * @default - see docs/runbook.md
   */
  readonly periods?: number;
}
