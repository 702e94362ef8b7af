import type { Totals } from './run';
import type { LeftReason } from '../src/contract';

/** The printed words for a reason. An unknown reason, of a newer function, is printed as it is. */
const LABELS: Record<LeftReason, string> = {
  'complete': 'complete',
  'rejected': 'rejected',
  'in work': 'in progress',
  'gone': 'deleted or unknown',
  'made by other settings': 'made with other settings',
  'none of ours': 'not from this service',
  'given up again': 'failed again',
};

/** One line of counts, then a line of the queued images if they are known. */
export function formatSummary(
  command: 'redrive' | 'reprocess', { seen, queued, skipped, left, imageIds }: Totals,
): string {
  const things = `${command === 'redrive' ? 'message' : 'image'}${seen === 1 ? '' : 's'}`;
  const reasons = Object.entries(left).map(
    ([reason, count]) => `${count} ${LABELS[reason as LeftReason] ?? reason}`,
  ).join(', ');
  const counts = `${seen} ${things} seen, ${queued} queued, ${skipped} unchanged${reasons && ` (${reasons})`}`;
  return imageIds.length === 0 ? counts : `${counts}\nqueued: ${formatImageIds(imageIds, queued)}`;
}

function formatImageIds(imageIds: readonly string[], queued: number): string {
  const more = queued - imageIds.length;
  return imageIds.join(', ') + (more > 0 ? `, and ${more} more` : '');
}
