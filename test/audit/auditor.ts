import { checkFacets } from './facet-rules';
import { type Finding, reporter } from './finding';
import type { History } from './history';
import { checkHistory } from './history-rules';
import { checkLeases } from './lease-rules';
import {
  checkCopies, checkCourses, checkDeletions, checkKeysUnique, checkOrphans, checkReadable, checkReady, checkScanned,
  checkVariants, type Deletion, type VariantSet,
} from './object-rules';
import { type RawStorage, readAll } from './raw-storage';
import { checkRejectedBytes } from './rejected-bytes-rules';
import { type AnyImageRow, idOf, sortRows, UNFINISHED } from './row-kinds';
import { ROW_RULES } from './row-rules';
import { checkWalk, type Walk } from './walk-rules';

export interface AuditOptions {
  /**
   * The moment (epoch milliseconds) at which everything has settled: no request is under way, the clock has passed
   * every `due_at`, and the sweeper has run until nothing was due. Without it the audit checks only the rules that hold
   * at every moment.
   */
  readonly settledAt?: number;
  /** The time of the audit by the service's clock, if nothing has settled; this machine's time by default. */
  readonly now?: number;
  /** The service's acknowledgements; compared once settled. */
  readonly history?: History;
  /** Lists read while nothing changed. */
  readonly walks?: readonly Walk[];
  /** Whether every upload has met a scanner: then readable bytes must be clean. */
  readonly isScanned?: boolean;
  /** Whether a CDN reads stored variants: then only ready images may have any, once settled. */
  readonly hasCdn?: boolean;
  /** The service's set, if every image has been reprocessed since its last change. */
  readonly set?: VariantSet;
  /** The statuses that each upload has had in order, by its object key. */
  readonly courses?: ReadonlyMap<string, readonly string[]>;
  /** Deleted originals, if the test watched deletes. */
  readonly deletions?: readonly Deletion[];
}

/**
 * Checks the invariants on raw storage alone. It shares no code with the service, so that both cannot make one mistake.
 * An empty answer means that the invariants hold.
 */
export async function audit(storage: RawStorage, options: AuditOptions = {}): Promise<Finding[]> {
  const contents = await readAll(storage);
  const sorted = sortRows(contents.rows);
  const findings: Finding[] = [];
  for (const row of sorted.images) ROW_RULES.forEach(rule => rule(row, reporter(findings, row.image_id)));
  for (const row of sorted.others) {
    reporter(findings, idOf(row))('I3', `no such row can be here: ${JSON.stringify(row)}`);
  }
  checkFacets(sorted, findings);
  checkKeysUnique(sorted.images, findings);
  checkReady(sorted.images, contents, findings);
  const now = options.settledAt ?? options.now ?? Date.now();
  checkRejectedBytes(sorted.rejectedBytes, now, findings);
  checkLeases(sorted.leases, now, findings);
  checkVariants(sorted.images, contents, findings, options.set);
  if (options.isScanned) checkScanned(sorted.images, contents, findings);
  if (options.courses) checkCourses(options.courses, findings);
  if (options.deletions) checkDeletions(options.deletions, findings);
  if (options.settledAt !== undefined) {
    checkSettled(sorted.images, options.settledAt, findings);
    checkOrphans(sorted.images, contents, findings);
    checkCopies(sorted.images, contents, findings);
    if (options.hasCdn) checkReadable(sorted.images, contents, findings);
    if (options.history) checkHistory(sorted.images, options.history, findings);
  }
  for (const walk of options.walks ?? []) checkWalk(sorted.images, walk, findings);
  return findings;
}

function checkSettled(images: readonly AnyImageRow[], now: number, findings: Finding[]): void {
  for (const row of images) {
    const report = reporter(findings, row.image_id);
    if (Number(row.due_at) <= now) report('I2', `it is due since ${row.due_at}: not settled`);
    if (UNFINISHED.includes(row.status)) report('I2', `it is still ${row.status}: not settled`);
  }
}
