import { deleteImage } from '../../domain/delete-image';
import { respondNoContent } from '../messages';
import { readImageId, type RouteHandler } from '../route';

export const deleteImageRoute: RouteHandler = async ({ request, faults, caller, deps }) => {
  faults.throwIfAny();
  await deleteImage(deps, caller, readImageId(request));
  return respondNoContent();
};
