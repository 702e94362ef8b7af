import { deleteImage } from '../../domain/delete-image';
import { noContent } from '../messages';
import { imageIdOf, type RouteHandler } from '../route';

export const deleteImageRoute: RouteHandler = async ({ request, faults, principal, deps }) => {
  faults.throwIfAny();
  await deleteImage(deps, principal, imageIdOf(request));
  return noContent();
};
