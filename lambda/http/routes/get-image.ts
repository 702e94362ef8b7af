import { readOwnImage } from '../../domain/own-image';
import { buildImageView } from '../image-view';
import { respondJson } from '../messages';
import { readImageId, type RouteHandler } from '../route';

export const getImageRoute: RouteHandler = async ({ request, faults, caller, deps }) => {
  faults.throwIfAny();
  return respondJson(200, await buildImageView(await readOwnImage(deps, caller, readImageId(request)), caller, deps));
};
