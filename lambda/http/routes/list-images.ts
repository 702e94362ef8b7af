import { LIMITS } from '../../../src/contract';
import { canBePosition, listImages } from '../../domain/list-images';
import { CURSOR_RULE, decodeCursor, encodeCursor, findPosition, isCursor } from '../cursor';
import type { Faults } from '../faults';
import { buildImageView } from '../image-view';
import { checkMembership, readFilters, readShareEntry } from '../list-query';
import { type HttpRequest, respondJson } from '../messages';
import { readChoice, readInteger } from '../query';
import type { RouteHandler } from '../route';

const ORDERS = ['desc', 'asc'] as const;

export const listImagesRoute: RouteHandler = async ({ request, faults, caller, deps }) => {
  const limit = readInteger(request, 'limit', LIMITS.PAGE_MAX, faults) ?? LIMITS.PAGE_DEFAULT;
  const order = readChoice(request, 'order', ORDERS, faults) ?? 'desc';
  const filters = readFilters(request, deps.policy.accept, faults);
  const sharedWith = readShareEntry(request, caller, faults);
  if (faults.isEmpty()) checkMembership(caller, sharedWith);
  // Not the groups: a caller that joins another group goes on with the same cursors.
  const question = [caller.tenantId, caller.userId, order, filters, ...sharedWith === undefined ? [] : [sharedWith]];
  const position = readPosition(request, question, text => canBePosition(text, caller, filters), faults);
  faults.throwIfAny();
  const page = await listImages(deps, caller, { filters, descending: order === 'desc', limit, position, sharedWith });
  return respondJson(200, {
    images: await Promise.all(page.images.map(record => buildImageView(record, caller, deps))),
    next_cursor: page.position === undefined ? null : encodeCursor(page.position, question),
  });
};

/** Parameters that a cursor is bound to. If one of them is invalid, only the form of the cursor can be checked. */
const BOUND_TO_CURSOR = [
  'order', 'tag', 'content_type', 'status', 'created_after', 'created_before', 'shared', 'group',
];

/** A wrong cursor has a code of its own. Beside other faults it is one of them, so that one answer names them all. */
function readPosition(
  request: HttpRequest, question: unknown, isPosition: (text: string) => boolean, faults: Faults,
): string | undefined {
  const cursor = request.query.get('cursor')?.[0];
  if (cursor === undefined) return undefined;
  if (faults.isEmpty()) return decodeCursor(cursor, question, isPosition);
  const isRight = faults.has(BOUND_TO_CURSOR)
    ? isCursor(cursor)
    : findPosition(cursor, question, isPosition) !== undefined;
  if (!isRight) faults.add('cursor', CURSOR_RULE);
  return undefined;
}
