import type { ImageRecord } from '../../src/contract';

export function formatTime(now: number): string {
  return new Date(now).toISOString();
}

/** `updated_at` of the next version: later with every change, also within a millisecond or after a clock went back. */
export function computeUpdateTime(record: ImageRecord, now: number): string {
  return formatTime(Math.max(now, Date.parse(record.updated_at) + 1));
}
