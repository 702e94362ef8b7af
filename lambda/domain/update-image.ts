import type { Caller } from './caller';
import { ProblemError } from './errors';
import { retagFacets } from './facets';
import { readOwnImage } from './own-image';
import { MOVED, persist } from './persist';
import type { Deps, Write } from './ports';
import { computeUpdateTime } from './timestamps';
import type { ImageRecord } from '../../src/contract';

/** Absent fields stay; null clears. Tags are normalised. */
export interface Changes {
  readonly filename?: string | null;
  readonly tags?: readonly string[] | null;
}

/** Whether an image of this version may be changed. */
export type Precondition = (version: number) => boolean;

export async function updateImage(
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
    const changed = { ...record, ...resolve(record, changes) };
    if (record.filename === changed.filename && hasSameTags(record.tags, changed.tags)) return record;
    written = { ...changed, version: record.version + 1, updated_at: computeUpdateTime(record, deps.clock.now()) };
    const outcome = await deps.table.write(edit(record, written));
    return outcome.done ? written : MOVED;
  });
}

function resolve(record: ImageRecord, changes: Changes): Pick<ImageRecord, 'filename' | 'tags'> {
  const tags = changes.tags === undefined ? record.tags : changes.tags ?? undefined;
  return {
    filename: changes.filename === undefined ? record.filename : changes.filename ?? undefined,
    tags: tags?.length ? tags : undefined,
  };
}

function edit(record: ImageRecord, { filename, tags, version, updated_at }: ImageRecord): Write[] {
  return [
    {
      update: record.image_id,
      set: {
        version,
        updated_at,
        ...(filename === undefined ? {} : { filename }),
        ...(tags === undefined ? {} : { tags }),
      },
      remove: [
        ...(filename === undefined ? ['filename' as const] : []), ...(tags === undefined ? ['tags' as const] : []),
      ],
      guard: { status: record.status, version: record.version },
    },
    ...retagFacets(record, tags ?? []),
  ];
}

function hasSameTags(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((tag, i) => tag === b[i]);
}

function isSame(record: ImageRecord, written: ImageRecord): boolean {
  return record.version === written.version && record.updated_at === written.updated_at
    && record.filename === written.filename && hasSameTags(record.tags, written.tags);
}
