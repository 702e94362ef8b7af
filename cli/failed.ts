import type { Outcome } from './run';
import type { FailedImage } from '../src/contract';

type List = Pick<Outcome, 'failed' | 'causes' | 'seen' | 'read' | 'cursor'>;

const HEADINGS = ['FAILED AT', 'IMAGE ID', 'TRIES', 'LAST ERROR'];

/** For a person: aligned columns with headings. Nothing for an empty list. */
export function formatTable({ failed }: List): string[] {
  if (failed.length === 0) return [];
  const rows = [HEADINGS, ...failed.map(listFields)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row => row.map((field, column) => field.padEnd(widths[column])).join('  ').trimEnd());
}

/** For a pipe: one line for each image, with tabs between its fields. */
export function formatLines({ failed }: List): string[] {
  return failed.map(image => listFields(image).join('\t'));
}

function listFields({ failed_at, image_id, tries, last_error }: FailedImage): string[] {
  return [failed_at, image_id, String(tries), last_error];
}

/** For a program. `complete`: whether the whole table was read. */
export function formatJson({ failed, causes, seen, read, cursor }: List): string {
  return JSON.stringify({ failed, total: seen, causes, items_read: read, complete: cursor === undefined });
}

/** Counts and causes of all failed images, and what the list leaves out. */
export function formatCount({ failed, causes, seen, read, cursor }: List): string {
  const where = `${read} item${read === 1 ? '' : 's'} read${cursor === undefined ? '' : ', a part of the table'}`;
  if (seen === 0) return `no failed images (${where})`;
  const reasons = Object.entries(causes).sort(([, a], [, b]) => b - a).map(([code, count]) => `${count} ${code}`);
  const shown = failed.length < seen ? `, the newest ${failed.length} listed` : '';
  return `${seen} failed image${seen === 1 ? '' : 's'}${shown}: ${reasons.join(', ')} (${where})`;
}
