/** RFC 3339, section 5.6: date-time with a zone. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

interface Instant {
  /** Epoch milliseconds, rounded down. */
  readonly ms: number;
  /** Whether rounding lost a part of the time. */
  readonly finer: boolean;
}

const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** Undefined if the text is no date-time, or names a day or hour that does not exist. */
export function parseInstant(text: string): Instant | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  // 60 is a leap second (section 5.7); clocks without leap seconds count it as the next second.
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const fraction = (match[7] ?? '').padEnd(3, '0');
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  const ms = midnight.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + Number(fraction.slice(0, 3));
  return { ms, finer: /[1-9]/.test(fraction.slice(3)) };
}

/** With years of four digits, text and time have the same order. */
function formatStored(ms: number): string {
  return new Date(Math.min(Math.max(ms, FIRST), LAST)).toISOString();
}

/** Exclusive lower bound of stored `created_at`s, `<ISO ms>#<id>`: `$` is the character after `#`. */
export function buildLowerBound({ ms }: Instant): string {
  return `${formatStored(ms)}$`;
}

/** Exclusive upper bound. A finer time is rounded up, so that its own millisecond is included. */
export function buildUpperBound({ ms, finer }: Instant): string {
  return `${formatStored(finer ? ms + 1 : ms)}#`;
}
