import type { Viewer } from '../../domain/caller';
import { readVisibleImage } from '../../domain/visible-image';
import { buildImageView } from '../image-view';
import { respondJson } from '../messages';
import { readImageId, type RouteHandler } from '../route';

export const getImageRoute: RouteHandler<Viewer> = async ({ request, faults, caller, deps }) => {
  faults.throwIfAny();
  const record = await readVisibleImage(deps, caller, readImageId(request));
  return respondJson(200, await buildImageView(record, caller, deps));
};
