import { type Finding, reporter } from './finding';
import type { Item } from './raw-storage';
import { idOf } from './row-kinds';
import { DAY_MS, isEpochMs, isEpochSeconds } from './times';

const ATTRIBUTES = ['expires_at', 'holder', 'image_id', 'lease_until'];

/** The longest timeout of a function on AWS Lambda: nobody holds a lease for longer. */
const LONGEST_MS = 900_000;
/** Clocks of functions may differ, and the service counts on that much. */
const SKEW_MS = 900_000;

/** I3: a lease says whose it is and until when, in epoch milliseconds, and goes within a day, in epoch seconds. One that was given back ended in 1970. */
export function checkLeases(rows: readonly Item[], now: number, findings: Finding[]): void {
  const latest = now + LONGEST_MS + SKEW_MS;
  for (const row of rows) {
    const report = reporter(findings, idOf(row));
    const names = Object.keys(row).sort();
    if (names.join() !== ATTRIBUTES.join()) report('I3', `it has ${names.join(', ')}, not ${ATTRIBUTES.join(', ')}`);
    if (typeof row.holder !== 'string' || row.holder === '') report('I3', `its holder cannot be ${JSON.stringify(row.holder)}`);
    if (row.lease_until !== 0 && !isEpochMs(row.lease_until, latest)) report('I3', `"lease_until" cannot be ${JSON.stringify(row.lease_until)}`);
    const isLater = row.lease_until === 0 || Number(row.expires_at) * 1000 >= Number(row.lease_until);
    if (!isEpochSeconds(row.expires_at, latest + DAY_MS) || !isLater) report('I3', `"expires_at" cannot be ${JSON.stringify(row.expires_at)}`);
  }
}
