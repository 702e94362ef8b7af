import { PROBLEMS } from '../../../src/contract';
import { deleteImage } from '../../domain/delete-image';
import { isId } from '../../domain/image-id';
import { readFields } from '../fields';
import { respondJson } from '../messages';
import { buildImagePath, buildProblemBody, toProblem } from '../problem';
import { type Call, hasBody, type RouteHandler } from '../route';
import { FIELDS } from '../schemas';

interface Result {
  readonly image_id: string;
  readonly status: number;
  readonly problem?: Record<string, unknown>;
}

/** Concurrent deletes: enough to hide latency, few enough for a table's new partition. */
const CONCURRENCY = 10;

export const batchDeleteImagesRoute: RouteHandler = async call => {
  const { body, faults } = call;
  const fields = hasBody(body) ? readFields({ image_ids: FIELDS.imageIds }, body, faults) : undefined;
  faults.throwIfAny();
  const ids = fields!.image_ids;
  const results = new Map<string, Result>();
  const queue = [...new Set(ids)];
  await Promise.all(Array.from({ length: CONCURRENCY }, async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) results.set(id, await deleteOne(call, id));
  }));
  return respondJson(200, { results: ids.map(id => results.get(id)) });
};

/** The result that DELETE would have answered. */
async function deleteOne({ deps, caller }: Call, image_id: string): Promise<Result> {
  try {
    await deleteImage(deps, caller, image_id);
    return { image_id, status: 204 };
  } catch (error) {
    const problem = toProblem(error);
    if (problem.code === 'internal') {
      deps.logger.warn('deleting an image of a batch failed', {
        image_id: isId(image_id) ? image_id : undefined, error,
      });
    }
    const { status } = PROBLEMS[problem.code];
    return { image_id, status, problem: buildProblemBody(problem, buildImagePath(image_id)) };
  }
}
