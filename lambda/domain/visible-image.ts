import type { Viewer } from './caller';
import { buildNotFound } from './errors';
import { canBeId } from './image-id';
import { isVisible } from './image-states';
import type { Deps } from './ports';
import { canView } from './sharing';
import type { ImageRecord } from '../../src/contract';

/** An image that the viewer may see, of any owner. Throws `not-found`: a hidden image and an absent one look alike. */
export async function readVisibleImage(deps: Deps, viewer: Viewer, imageId: string): Promise<ImageRecord> {
  const record = canBeId(viewer, imageId) ? await deps.table.get(imageId) : undefined;
  if (record === undefined || !canView(record, viewer)) throw buildNotFound();
  deps.onRecord?.(record);
  if (!isVisible(record)) throw buildNotFound();
  return record;
}

/** Those of the images that the viewer may see, by their ids. One read for up to 100 ids, repeats aside. */
export async function readVisibleImages(
  deps: Deps, viewer: Viewer, imageIds: readonly string[],
): Promise<Map<string, ImageRecord>> {
  const possible = [...new Set(imageIds)].filter(id => canBeId(viewer, id));
  const records = possible.length === 0 ? [] : await deps.table.getMany(possible);
  const visible = records.filter(record => canView(record, viewer) && isVisible(record));
  return new Map(visible.map(record => [record.image_id, record]));
}
