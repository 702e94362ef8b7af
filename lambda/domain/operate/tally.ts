import { type LeftReason, OPERATOR_IMAGES, type OperatorAnswer } from '../../../src/contract';

/** The progress of a call. */
export type Progress = Omit<OperatorAnswer, 'status'>;

/** The outcome for an image or a message: queued, or left for a reason. */
export type Fate = 'queued' | LeftReason;

/** Counts the outcomes of a call. */
export class Tally {
  seen = 0;
  queued = 0;
  skipped = 0;
  readonly left: Partial<Record<LeftReason, number>> = {};

  add(fates: readonly Fate[]): void {
    for (const fate of fates) {
      this.seen++;
      if (fate === 'queued') this.queued++;
      else this.leave(fate);
    }
  }

  get counts(): { seen: number; queued: number; skipped: number; left: Partial<Record<LeftReason, number>> } {
    const { seen, queued, skipped, left } = this;
    return { seen, queued, skipped, left };
  }

  private leave(reason: LeftReason): void {
    this.skipped++;
    this.left[reason] = (this.left[reason] ?? 0) + 1;
  }
}

/** As many ids as an answer names. */
export function limitIds(ids: readonly string[]): string[] {
  return [...new Set(ids)].slice(0, OPERATOR_IMAGES);
}
