import type { Caller } from './caller';
import { ProblemError } from './errors';
import { retagFacets } from './facets';
import { computeUpdatedAt } from './image-states';
import { readOwnImage } from './own-image';
import { MOVED, persist } from './persist';
import type { Deps, Write } from './ports';
import type { ImageRow } from '../../src/contract';

/** Absent fields stay; null clears. Tags are normalised. */
export interface Changes {
  readonly filename?: string | null;
  readonly tags?: readonly string[] | null;
}

/** Whether an image of this version may be changed. */
export type Precondition = (version: number) => boolean;

export async function updateImage(
  deps: Deps, principal: Caller, imageId: string, changes: Changes, precondition: Precondition,
): Promise<ImageRow> {
  // What an earlier attempt wrote whose answer was lost: finding it is success, whatever the precondition says by now.
  let written: ImageRow | undefined;
  return persist(deps, async () => {
    const row = await readOwnImage(deps, principal, imageId);
    if (written && isSame(row, written)) return row;
    if (!precondition(row.version)) throw new ProblemError('version-conflict', `The image is at version ${row.version}: If-Match must be "${row.version}", in quotes, or *.`);
    const changed = { ...row, ...resolve(row, changes) };
    if (row.filename === changed.filename && hasSameTags(row.tags, changed.tags)) return row;
    written = { ...changed, version: row.version + 1, updated_at: computeUpdatedAt(row, deps.clock.now()) };
    const outcome = await deps.table.write(edit(row, written));
    return outcome.done ? written : MOVED;
  });
}

function resolve(row: ImageRow, changes: Changes): Pick<ImageRow, 'filename' | 'tags'> {
  const tags = changes.tags === undefined ? row.tags : changes.tags ?? undefined;
  return {
    filename: changes.filename === undefined ? row.filename : changes.filename ?? undefined,
    tags: tags?.length ? tags : undefined,
  };
}

function edit(row: ImageRow, { filename, tags, version, updated_at }: ImageRow): Write[] {
  return [
    {
      update: row.image_id,
      set: { version, updated_at, ...(filename === undefined ? {} : { filename }), ...(tags === undefined ? {} : { tags }) },
      remove: [...(filename === undefined ? ['filename' as const] : []), ...(tags === undefined ? ['tags' as const] : [])],
      guard: { status: row.status, version: row.version },
    },
    ...retagFacets(row, tags ?? []),
  ];
}

function hasSameTags(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((tag, i) => tag === b[i]);
}

function isSame(row: ImageRow, written: ImageRow): boolean {
  return row.version === written.version && row.updated_at === written.updated_at
    && row.filename === written.filename && hasSameTags(row.tags, written.tags);
}
