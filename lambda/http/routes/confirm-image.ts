import { confirmImage } from '../../domain/confirm-image';
import { readFields } from '../fields';
import { buildImageView } from '../image-view';
import { respondJson } from '../messages';
import { hasBody, readImageId, type RouteHandler } from '../route';

export const confirmImageRoute: RouteHandler = async ({ request, body, faults, caller, deps }) => {
  if (hasBody(body)) readFields({}, body, faults);
  faults.throwIfAny();
  return respondJson(200, await buildImageView(await confirmImage(deps, caller, readImageId(request)), caller, deps));
};
