import { checkFacets } from './facet-rules';
import { type Finding, reporter } from './finding';
import type { History } from './history';
import { checkHistory } from './history-rules';
import { checkLeases } from './lease-rules';
import {
  checkCourses, checkDeletions, checkKeysUnique, checkOrphans, checkReadable, checkReady, checkScanned, checkVariants, type Deletion, type VariantSet,
} from './object-rules';
import { type RawStorage, readAll } from './raw-storage';
import { checkRefused } from './refused-rules';
import { type AnyImageRow, idOf, sortRows, UNFINISHED } from './row-kinds';
import { ROW_RULES } from './row-rules';
import { checkWalk, type Walk } from './walk-rules';

export interface AuditOptions {
  /**
   * The moment (epoch milliseconds) at which everything has settled: no request is under way, the clock has passed every
   * `due_at`, and the sweeper has run until nothing was due. Without it only what must hold at every moment is checked.
   */
  readonly settledAt?: number;
  /** The moment of the audit where nothing has settled, by the clock of the service; this machine's by default. */
  readonly now?: number;
  /** What the service acknowledged; compared once settled. */
  readonly history?: History;
  /** Lists read while nothing changed. */
  readonly walks?: readonly Walk[];
  /** Whether every upload has met a scanner: then what is readable must be clean. */
  readonly isScanned?: boolean;
  /** Whether a CDN reads stored variants: then only images that are ready may have any, once settled. */
  readonly hasCdn?: boolean;
  /** The service's set, where every image has been made again since it changed. */
  readonly set?: VariantSet;
  /** The statuses that each upload has had, one after the other, by its object key. */
  readonly courses?: ReadonlyMap<string, readonly string[]>;
  /** Originals that were deleted, where somebody watched. */
  readonly deletions?: readonly Deletion[];
}

/**
 * Checks the invariants on raw storage alone: it shares no code with the service, so that both cannot be wrong alike.
 * An answer without findings means that they hold.
 */
export async function audit(storage: RawStorage, options: AuditOptions = {}): Promise<Finding[]> {
  const contents = await readAll(storage);
  const sorted = sortRows(contents.rows);
  const findings: Finding[] = [];
  for (const row of sorted.images) ROW_RULES.forEach(rule => rule(row, reporter(findings, row.image_id)));
  for (const row of sorted.others) reporter(findings, idOf(row))('I3', `no such row can be here: ${JSON.stringify(row)}`);
  checkFacets(sorted, findings);
  checkKeysUnique(sorted.images, findings);
  checkReady(sorted.images, contents, findings);
  const now = options.settledAt ?? options.now ?? Date.now();
  checkRefused(sorted.refused, now, findings);
  checkLeases(sorted.leases, now, findings);
  checkVariants(sorted.images, contents, findings, options.set);
  if (options.isScanned) checkScanned(sorted.images, contents, findings);
  if (options.courses) checkCourses(options.courses, findings);
  if (options.deletions) checkDeletions(options.deletions, findings);
  if (options.settledAt !== undefined) {
    checkSettled(sorted.images, options.settledAt, findings);
    checkOrphans(sorted.images, contents, findings);
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
