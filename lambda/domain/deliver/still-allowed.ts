import { purgeLateBytes } from './purge-image';
import type { TransformDeps } from './transform-variant';
import type { ImageRow } from '../../../src/contract';
import { notFound } from '../errors';
import { isLive } from '../image-states';

/** After a write without a claim. Whoever deletes marks the row first and then looks for bytes: he has seen these, or we see his mark. */
export async function stillAllowed(deps: TransformDeps, row: ImageRow, key: string): Promise<void> {
  const current = await deps.table.get(row.image_id);
  if (current?.object_key === row.object_key && isLive(current)) return;
  if (current?.status === 'deleting') await purgeLateBytes(deps, current);
  else await deps.objects.delete(key);
  throw notFound();
}
