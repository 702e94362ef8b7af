import { buildOwner, type Caller } from './caller';
import { buildNotFound } from './errors';
import { canBeId } from './image-id';
import { isVisible } from './image-states';
import type { Deps } from './ports';
import type { ImageRecord } from '../../src/contract';

/** The caller's record in any state, or undefined. A foreign image and an absent one look alike. */
export async function findOwnRecord(deps: Deps, caller: Caller, imageId: string): Promise<ImageRecord | undefined> {
  if (!canBeId(caller, imageId)) return undefined;
  const record = await deps.table.get(imageId);
  if (record?.owner !== buildOwner(caller)) return undefined;
  deps.onRecord?.(record);
  return record;
}

/** The caller's image as the API shows it. Throws `not-found`. */
export async function readOwnImage(deps: Deps, caller: Caller, imageId: string): Promise<ImageRecord> {
  const record = await findOwnRecord(deps, caller, imageId);
  if (record === undefined || !isVisible(record)) throw buildNotFound();
  return record;
}
