import type { Totals } from './run';

/** One line of counts, then a line of the queued images if they are known. */
export function formatSummary(
  command: 'redrive' | 'reprocess', { seen, queued, skipped, left, imageIds }: Totals,
): string {
  const things = `${command === 'redrive' ? 'message' : 'image'}${seen === 1 ? '' : 's'}`;
  const reasons = Object.entries(left).map(([reason, count]) => `${count} ${reason}`).join(', ');
  const counts = `${seen} ${things} seen, ${queued} queued, ${skipped} unchanged${reasons && ` (${reasons})`}`;
  return imageIds.length === 0 ? counts : `${counts}\nqueued: ${formatImageIds(imageIds, queued)}`;
}

function formatImageIds(imageIds: readonly string[], queued: number): string {
  const more = queued - imageIds.length;
  return imageIds.join(', ') + (more > 0 ? `, and ${more} more` : '');
}
