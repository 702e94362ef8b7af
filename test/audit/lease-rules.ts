import { type Finding, reporter } from './finding';
import type { Item } from './raw-storage';
import { idOf } from './row-kinds';
import { DAY_MS, isEpochMs, isEpochSeconds } from './times';

const ATTRIBUTES = ['expires_at', 'holder', 'image_id', 'lease_until'];

/** The longest timeout of a function on AWS Lambda, and so of a lease. */
const LONGEST_MS = 900_000;
/** The clock difference between functions that the service allows for. */
const SKEW_MS = 900_000;

/**
 * I3: a lease names its holder and its end in epoch milliseconds, and expires within a day, in epoch seconds. A
 * returned lease has an end in 1970.
 */
export function checkLeases(rows: readonly Item[], now: number, findings: Finding[]): void {
  const latest = now + LONGEST_MS + SKEW_MS;
  for (const row of rows) {
    const report = reporter(findings, idOf(row));
    const names = Object.keys(row).sort();
    if (names.join() !== ATTRIBUTES.join()) report('I3', `it has ${names.join(', ')}, not ${ATTRIBUTES.join(', ')}`);
    if (typeof row.holder !== 'string' || row.holder === '') {
      report('I3', `its holder cannot be ${JSON.stringify(row.holder)}`);
    }
    if (row.lease_until !== 0 && !isEpochMs(row.lease_until, latest)) {
      report('I3', `"lease_until" cannot be ${JSON.stringify(row.lease_until)}`);
    }
    const isLater = row.lease_until === 0 || Number(row.expires_at) * 1000 >= Number(row.lease_until);
    if (!isEpochSeconds(row.expires_at, latest + DAY_MS) || !isLater) {
      report('I3', `"expires_at" cannot be ${JSON.stringify(row.expires_at)}`);
    }
  }
}
