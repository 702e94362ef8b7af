import type { ImageRecord } from '../../src/contract';

export function formatTime(now: number): string {
  return new Date(now).toISOString();
}

/** Whether a value has the form of our times, and is one. */
export function isTime(value: unknown): value is string {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return !Number.isNaN(time) && formatTime(time) === value;
}

/** `updated_at` of the next version: later with every change, also within a millisecond or after a clock went back. */
export function computeUpdateTime(record: ImageRecord, now: number): string {
  return formatTime(Math.max(now, Date.parse(record.updated_at) + 1));
}
