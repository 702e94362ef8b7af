import { type Finding, reporter } from './finding';
import type { Item } from './raw-storage';
import { idOf } from './row-kinds';

const ATTRIBUTES = ['expires_at', 'holder', 'image_id', 'lease_until'];

/** I3: a lease says whose it is and until when, and goes one day. */
export function checkLeases(rows: readonly Item[], findings: Finding[]): void {
  for (const row of rows) {
    const report = reporter(findings, idOf(row));
    const names = Object.keys(row).sort();
    if (names.join() !== ATTRIBUTES.join()) report('I3', `it has ${names.join(', ')}, not ${ATTRIBUTES.join(', ')}`);
    if (typeof row.holder !== 'string' || row.holder === '') report('I3', `its holder cannot be ${JSON.stringify(row.holder)}`);
    if (!Number.isInteger(row.lease_until)) report('I3', `"lease_until" cannot be ${JSON.stringify(row.lease_until)}`);
    if (!Number.isInteger(row.expires_at)) report('I3', `"expires_at" cannot be ${JSON.stringify(row.expires_at)}`);
  }
}
