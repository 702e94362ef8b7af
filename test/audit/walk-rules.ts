import { type Finding, reporter } from './finding';
import { type AnyImageRow, LISTED } from './row-kinds';

/** A list that was read page by page while nothing changed. */
export interface Walk {
  readonly owner: string;
  readonly descending: boolean;
  readonly tags?: readonly string[];
  readonly content_type?: string;
  readonly status?: string;
  /** Images of others than the owner, shared with this entry. */
  readonly sharedWith?: string;
  /** Ids as the pages showed them. */
  readonly pages: readonly (readonly string[])[];
}

/** I9: a walk shows exactly the stored images, each once, in order. */
export function checkWalk(images: readonly AnyImageRow[], walk: Walk, findings: Finding[]): void {
  const stored = images.filter(row => matches(row, walk)).sort(byCreation).map(row => row.image_id);
  const expected = walk.descending ? stored.reverse() : stored;
  const shown = walk.pages.flat();
  if (shown.length === expected.length && shown.every((id, i) => id === expected[i])) return;
  const { pages: _, ...question } = walk;
  reporter(findings, JSON.stringify(question))(
    'I9', `the walk shows [${shown.join(', ')}], but stored is [${expected.join(', ')}]`,
  );
}

/** I9 during writes: a walk shows every image that was present and matched all the time, and shows no image twice. */
export function checkChurnedWalk(
  before: readonly AnyImageRow[], after: readonly AnyImageRow[], walk: Walk, findings: Finding[],
): void {
  const shown = walk.pages.flat();
  const report = (id: string, problem: string) => reporter(findings, id)('I9', problem);
  const versions = new Map(after.map(row => [row.image_id, row.version]));
  for (const row of before) {
    const stayed = matches(row, walk) && versions.get(row.image_id) === row.version;
    if (stayed && !shown.includes(row.image_id)) {
      report(row.image_id, 'it was listed all the time, but a walk missed it');
    }
  }
  for (const id of new Set(shown)) {
    if (shown.filter(other => other === id).length > 1) report(id, 'a walk showed it twice');
  }
}

function matches(row: AnyImageRow, { owner, tags = [], content_type, status, sharedWith }: Walk): boolean {
  if (sharedWith !== undefined) {
    const shares = Array.isArray(row.shared_with) ? row.shared_with as unknown[] : [];
    return row.owner !== owner && row.status === 'ready' && shares.includes(sharedWith);
  }
  const stored = Array.isArray(row.tags) ? row.tags as unknown[] : [];
  return row.owner === owner && LISTED.includes(row.status)
    && tags.every(tag => stored.includes(tag))
    && (content_type === undefined || row.content_type === content_type)
    && (status === undefined || row.status === status);
}

function byCreation(a: AnyImageRow, b: AnyImageRow): number {
  return String(a.created_at) < String(b.created_at) ? -1 : 1;
}
