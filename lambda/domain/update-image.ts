import type { Caller } from './caller';
import { purgeCopies } from './deliver/purge-image';
import { ProblemError } from './errors';
import { changeFacets } from './facets';
import { getLogIds } from './image-log';
import { applyWrites } from './image-states';
import { readOwnImage } from './own-image';
import { MOVED, persist } from './persist';
import type { Deps, Write } from './ports';
import { isPublic } from './publication';
import { computeUpdateTime } from './timestamps';
import { changeVisibility } from './visibility';
import type { ImageRecord, Visibility } from '../../src/contract';

/** Absent fields stay; null clears. Tags and shares are normalised. */
export interface Changes {
  readonly filename?: string | null;
  readonly tags?: readonly string[] | null;
  readonly visibility?: Visibility | null;
  readonly shared_with?: readonly string[] | null;
}

/** Attributes that a PATCH sets, or removes if they are empty. `changeVisibility` writes the visibility. */
const EDITED = ['filename', 'tags', 'shared_with'] as const;
type Edited = Pick<ImageRecord, typeof EDITED[number] | 'visibility'>;

/** Whether an image of this version may be changed. */
export type Precondition = (version: number) => boolean;

export async function updateImage(
  deps: Deps, caller: Caller, imageId: string, changes: Changes, precondition: Precondition,
): Promise<ImageRecord> {
  const record = await writeChanges(deps, caller, imageId, changes, precondition);
  if (changes.visibility !== undefined) await endPublicUrls(deps, record);
  return record;
}

/** The record is private already, and due: if this fails, the sweeper does it. A repeated request tries again. */
async function endPublicUrls(deps: Deps, record: ImageRecord): Promise<void> {
  if (isPublic(record) || record.unpublished === undefined) return;
  await purgeCopies(deps, record).catch((error: unknown) => {
    deps.logger.warn('deleting public copies failed; the sweeper deletes them later', {
      ...getLogIds(record), error,
    });
  });
}

async function writeChanges(
  deps: Deps, caller: Caller, imageId: string, changes: Changes, precondition: Precondition,
): Promise<ImageRecord> {
  // The write of an earlier attempt whose answer was lost. To find it is success, also if the precondition no longer
  // holds.
  let written: ImageRecord | undefined;
  return persist(deps, async () => {
    const record = await readOwnImage(deps, caller, imageId);
    if (written && isSame(record, written)) return record;
    if (!precondition(record.version)) {
      throw new ProblemError(
        'version-conflict',
        `The image is at version ${record.version}: If-Match must be "${record.version}", in quotes, or *.`,
      );
    }
    const edited = resolve(record, changes);
    if (isUnchanged(record, edited)) return record;
    const writes = editWrites(record, edited, deps.clock.now());
    written = applyWrites(record, writes);
    const outcome = await deps.table.write(writes);
    return outcome.done ? written : MOVED;
  });
}

function resolve(record: ImageRecord, changes: Changes): Edited {
  const visibility = resolveField(record.visibility ?? 'private', changes.visibility);
  return {
    filename: resolveField(record.filename, changes.filename),
    tags: resolveList(record.tags, changes.tags),
    shared_with: resolveList(record.shared_with, changes.shared_with),
    visibility: visibility === 'public' ? visibility : undefined,
  };
}

function resolveField<T>(current: T | undefined, change: T | null | undefined): T | undefined {
  return change === undefined ? current : change ?? undefined;
}

function resolveList<T>(
  current: readonly T[] | undefined, change: readonly T[] | null | undefined,
): readonly T[] | undefined {
  const list = resolveField(current, change);
  return list?.length ? list : undefined;
}

/** any → the same status, edited by the owner. Facets derive from the edited attributes, so it demands the version. */
export function editWrites(record: ImageRecord, edited: Edited, now: number): Write[] {
  const change = changeVisibility(record, edited.visibility ?? 'private', now);
  const full = EDITED.filter(name => edited[name] !== undefined);
  return [
    {
      update: record.image_id,
      set: {
        version: record.version + 1,
        updated_at: computeUpdateTime(record, now),
        ...Object.fromEntries(full.map(name => [name, edited[name]])),
        ...change.set,
        ...hasOtherViewers(record, edited) && { sharing_version: record.version + 1 },
      },
      remove: [...EDITED.filter(name => edited[name] === undefined), ...change.remove],
      guard: { status: record.status, version: record.version },
    },
    ...changeFacets(record, edited),
  ];
}

/** Before an image is ready, nobody but its owner sees it. */
function hasOtherViewers(record: ImageRecord, edited: Edited): boolean {
  return record.status === 'ready'
    && !(record.visibility === edited.visibility && areSameLists(record.shared_with, edited.shared_with));
}

function isUnchanged(record: ImageRecord, edited: Edited): boolean {
  return record.filename === edited.filename && record.visibility === edited.visibility
    && areSameLists(record.tags, edited.tags) && areSameLists(record.shared_with, edited.shared_with);
}

function areSameLists(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((entry, i) => entry === b[i]);
}

function isSame(record: ImageRecord, written: ImageRecord): boolean {
  return record.version === written.version && record.updated_at === written.updated_at && isUnchanged(record, written);
}
