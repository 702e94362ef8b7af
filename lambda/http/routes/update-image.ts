import { type Changes, type Precondition, updateImage } from '../../domain/update-image';
import { readFields } from '../fields';
import { imageView } from '../image-view';
import { type HttpRequest, json } from '../messages';
import { hasBody, imageIdOf, type RouteHandler } from '../route';
import { FIELDS } from '../schemas';

const BODY = { filename: FIELDS.filename, tags: FIELDS.tags };

export const updateImageRoute: RouteHandler = async ({ request, body, faults, principal, deps }) => {
  const fields = hasBody(body) ? readFields(BODY, body, faults) : undefined;
  faults.throwIfAny();
  const row = await updateImage(deps, principal, imageIdOf(request), fields as Changes, ifMatch(request));
  return json(200, await imageView(row, principal, deps));
};

/** `"<version>"` or `*`; whatever else is given matches no version. */
function ifMatch(request: HttpRequest): Precondition {
  const values = request.headers.get('if-match');
  if (values === undefined) return () => true;
  return version => values.length === 1 && (values[0] === '*' || values[0] === `"${version}"`);
}
