import { type Finding, reporter } from './finding';
import type { Item } from './raw-storage';
import { idOf } from './row-kinds';
import { DAY_MS, isEpochSeconds } from './times';
import { REJECTED_BYTES_PREFIX, REJECTION_CODES } from '../../src/contract';

const HASH = /^[0-9a-f]{64}$/;
/** Includes a few days for clocks that differ. */
const LONGEST_MS = 100 * DAY_MS;
const ATTRIBUTES = ['expires_at', 'image_id', 'rejection'];

/** I3: a rejected-bytes record gives the reason and expires. It names no image and no user. */
export function checkRejectedBytes(rows: readonly Item[], now: number, findings: Finding[]): void {
  for (const row of rows) {
    const report = reporter(findings, idOf(row));
    if (!HASH.test(idOf(row).slice(REJECTED_BYTES_PREFIX.length))) {
      report('I3', 'it is no hash that bytes are remembered by');
    }
    const names = Object.keys(row).sort();
    if (names.join() !== ATTRIBUTES.join()) report('I3', `it has ${names.join(', ')}, not ${ATTRIBUTES.join(', ')}`);
    const { code, message } = (row.rejection ?? {}) as { code?: unknown; message?: unknown };
    if (!(REJECTION_CODES as readonly unknown[]).includes(code) || typeof message !== 'string') {
      report('I3', `its rejection cannot be ${JSON.stringify(row.rejection)}`);
    }
    if (!isEpochSeconds(row.expires_at, now + LONGEST_MS)) {
      report('I3', `"expires_at" cannot be ${JSON.stringify(row.expires_at)}`);
    }
  }
}
