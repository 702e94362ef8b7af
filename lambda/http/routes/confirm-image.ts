import { confirmImage } from '../../domain/confirm-image';
import { readFields } from '../fields';
import { imageView } from '../image-view';
import { json } from '../messages';
import { hasBody, imageIdOf, type RouteHandler } from '../route';

export const confirmImageRoute: RouteHandler = async ({ request, body, faults, principal, deps }) => {
  if (hasBody(body)) readFields({}, body, faults);
  faults.throwIfAny();
  return json(200, await imageView(await confirmImage(deps, principal, imageIdOf(request)), principal, deps));
};
