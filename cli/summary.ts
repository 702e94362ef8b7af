import type { Totals } from './run';

/** What a run has done, in a line, and the images that it queued, where they are known, in another. */
export function formatSummary(command: 'redrive' | 'reprocess', { seen, queued, skipped, left, imageIds }: Totals): string {
  const what = `${command === 'redrive' ? 'message' : 'image'}${seen === 1 ? '' : 's'}`;
  const why = Object.entries(left).map(([reason, count]) => `${count} ${reason}`).join(', ');
  const counts = `${seen} ${what} seen, ${queued} queued, ${skipped} left as ${skipped === 1 ? 'it was' : 'they were'}${why && ` (${why})`}`;
  return imageIds.length === 0 ? counts : `${counts}\nqueued: ${formatImageIds(imageIds, queued)}`;
}

function formatImageIds(imageIds: readonly string[], queued: number): string {
  const more = queued - imageIds.length;
  return imageIds.join(', ') + (more > 0 ? `, and ${more} more` : '');
}
