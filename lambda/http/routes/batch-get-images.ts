import { PROBLEMS } from '../../../src/contract';
import type { Viewer } from '../../domain/caller';
import { buildNotFound } from '../../domain/errors';
import { readVisibleImages } from '../../domain/visible-image';
import { readFields } from '../fields';
import { buildImageView } from '../image-view';
import { respondJson } from '../messages';
import { buildImagePath, buildProblemBody } from '../problem';
import { hasBody, type RouteHandler } from '../route';
import { FIELDS } from '../schemas';

/** Each entry is the answer of `GET /images/{image_id}`. A repeated id is read and signed once. */
export const batchGetImagesRoute: RouteHandler<Viewer> = async ({ body, faults, caller, deps }) => {
  const fields = hasBody(body) ? readFields({ image_ids: FIELDS.imageIds }, body, faults) : undefined;
  faults.throwIfAny();
  const ids = fields!.image_ids;
  const records = await readVisibleImages(deps, caller, ids);
  const views = new Map(await Promise.all(
    [...records].map(async ([id, record]) => [id, await buildImageView(record, caller, deps)] as const),
  ));
  return respondJson(200, { results: ids.map(id => buildResult(id, views.get(id))) });
};

function buildResult(image_id: string, image: Record<string, unknown> | undefined) {
  if (image !== undefined) return { image_id, status: 200, image };
  const problem = buildNotFound();
  const { status } = PROBLEMS[problem.code];
  return { image_id, status, problem: buildProblemBody(problem, buildImagePath(image_id)) };
}
