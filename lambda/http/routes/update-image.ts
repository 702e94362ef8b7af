import { type Changes, type Precondition, updateImage } from '../../domain/update-image';
import { checkVisibility } from '../check-visibility';
import { readFields } from '../fields';
import { buildImageView } from '../image-view';
import { type HttpRequest, respondJson } from '../messages';
import { hasBody, readImageId, type RouteHandler } from '../route';
import { FIELDS } from '../schemas';

const BODY = {
  filename: FIELDS.filename,
  tags: FIELDS.tags,
  visibility: FIELDS.visibility,
  shared_with: FIELDS.sharedWith,
};

export const updateImageRoute: RouteHandler = async ({ request, body, faults, caller, deps }) => {
  const fields = hasBody(body) ? readFields(BODY, body, faults) : undefined;
  checkVisibility(body, deps.delivery, faults);
  faults.throwIfAny();
  const record = await updateImage(deps, caller, readImageId(request), fields as Changes, readIfMatch(request));
  return respondJson(200, await buildImageView(record, caller, deps));
};

/** `"<version>"` or `*`; every other value matches no version. */
function readIfMatch(request: HttpRequest): Precondition {
  const values = request.headers.get('if-match');
  if (values === undefined) return () => true;
  return version => values.length === 1 && (values[0] === '*' || values[0] === `"${version}"`);
}
