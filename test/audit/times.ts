/** The service did not exist before: a lower value in milliseconds was written as seconds. */
const EARLIEST_MS = Date.parse('2020-01-01T00:00:00.000Z');
/** A higher value in seconds was written as milliseconds. */
const LATEST_MS = Date.parse('2200-01-01T00:00:00.000Z');

export const DAY_MS = 86_400_000;

/** A whole number of epoch milliseconds, `latest` at most. */
export function isEpochMs(value: unknown, latest = LATEST_MS): value is number {
  return Number.isSafeInteger(value) && (value as number) >= EARLIEST_MS && (value as number) <= latest;
}

/** A whole number of epoch seconds: DynamoDB's time to live. `latest` is in milliseconds. */
export function isEpochSeconds(value: unknown, latest = LATEST_MS): value is number {
  return Number.isSafeInteger(value) && isEpochMs((value as number) * 1000, latest);
}
