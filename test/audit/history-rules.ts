import { type Finding, reporter } from './finding';
import type { History } from './history';
import { type AnyImageRow, TOMBSTONES } from './row-kinds';
import type { VariantRecord } from '../../src/contract';

/** I4 and I5, only once settled: the stored images match the service's acknowledgements. */
export function checkHistory(images: readonly AnyImageRow[], history: History, findings: Finding[]): void {
  const rows = new Map(images.map(row => [row.image_id, row]));
  for (const [id, end] of history.ends()) {
    const report = reporter(findings, id);
    const row = rows.get(id);
    const isGone = row === undefined || TOMBSTONES.includes(row.status);
    if (end.deletion === 'acknowledged' && !isGone) report('I5', `it was deleted, but its row is ${row.status}`);
    if (end.deletion === undefined && isGone) {
      report('I4', `it was acknowledged, but its row is ${row?.status ?? 'not there'}`);
    }
    if (isGone) continue;
    const isGivenUp = row.status === 'failed' && end.mayFail;
    const isRevived = end.status === 'failed' && end.redriven;
    if (end.status !== undefined && row.status !== end.status && !isGivenUp && !isRevived) {
      report('I4', `it was acknowledged as ${end.status}, but its row is ${row.status}`);
    }
    history.shown(id, history.begin(id), shownBy(row));
  }
  findings.push(...history.findings);
}

function shownBy(row: AnyImageRow) {
  return {
    status: String(row.status),
    version: Number(row.version),
    filename: row.filename === undefined ? null : String(row.filename),
    tags: Array.isArray(row.tags) ? row.tags as string[] : [],
    shared_with: Array.isArray(row.shared_with) ? row.shared_with as string[] : [],
    variants: Array.isArray(row.variants) ? row.variants as VariantRecord[] : [],
  };
}
