import { ownImage } from '../../domain/own-image';
import { imageView } from '../image-view';
import { json } from '../messages';
import { imageIdOf, type RouteHandler } from '../route';

export const getImageRoute: RouteHandler = async ({ request, faults, principal, deps }) => {
  faults.throwIfAny();
  return json(200, await imageView(await ownImage(deps, principal, imageIdOf(request)), principal, deps));
};
