import { buildOwner, type Caller } from './caller';
import { buildNotFound } from './errors';
import { canBeId } from './image-id';
import { isVisible } from './image-states';
import type { Deps } from './ports';
import type { ImageRow } from '../../src/contract';

/** The caller's row in any state, or undefined: another's image is as absent as one that never was. */
export async function findOwnRecord(deps: Deps, principal: Caller, imageId: string): Promise<ImageRow | undefined> {
  if (!canBeId(principal, imageId)) return undefined;
  const row = await deps.table.get(imageId);
  return row?.owner === buildOwner(principal) ? row : undefined;
}

/** The caller's image as the API shows it. Throws `not-found`. */
export async function readOwnImage(deps: Deps, principal: Caller, imageId: string): Promise<ImageRow> {
  const row = await findOwnRecord(deps, principal, imageId);
  if (row === undefined || !isVisible(row)) throw buildNotFound();
  return row;
}
