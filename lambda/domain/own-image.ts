import { notFound } from './errors';
import { canBeId } from './image-id';
import { isVisible } from './image-states';
import type { Deps } from './ports';
import { ownerOf, type Principal } from './principal';
import type { ImageRow } from '../../src/contract';

/** The caller's row in any state, or undefined: another's image is as absent as one that never was. */
export async function findOwnRow(deps: Deps, principal: Principal, imageId: string): Promise<ImageRow | undefined> {
  if (!canBeId(principal, imageId)) return undefined;
  const row = await deps.table.get(imageId);
  return row?.owner === ownerOf(principal) ? row : undefined;
}

/** The caller's image as the API shows it. Throws `not-found`. */
export async function ownImage(deps: Deps, principal: Principal, imageId: string): Promise<ImageRow> {
  const row = await findOwnRow(deps, principal, imageId);
  if (row === undefined || !isVisible(row)) throw notFound();
  return row;
}
