import { LIMITS } from '../../../src/contract';
import { buildLowerBound, buildUpperBound, parseInstant } from '../../domain/created-range';
import { canBePosition, type Filters, listImages } from '../../domain/list-images';
import { CURSOR_RULE, decodeCursor, encodeCursor, findPosition, isCursor } from '../cursor';
import { type Faults, describeGot } from '../faults';
import { buildImageView } from '../image-view';
import { type HttpRequest, respondJson } from '../messages';
import { readChoice, readInteger } from '../query';
import type { RouteHandler } from '../route';
import { isTag, normaliseTag, TAG_RULE } from '../schemas';

const ORDERS = ['desc', 'asc'] as const;
const LISTED_STATUSES = ['processing', 'ready', 'rejected', 'failed'] as const;

export const listImagesRoute: RouteHandler = async ({ request, faults, caller, deps }) => {
  const limit = readInteger(request, 'limit', LIMITS.PAGE_MAX, faults) ?? LIMITS.PAGE_DEFAULT;
  const order = readChoice(request, 'order', ORDERS, faults) ?? 'desc';
  const filters = readFilters(request, deps.policy.accept, faults);
  const question = [caller.tenantId, caller.userId, order, filters];
  const position = readPosition(request, question, text => canBePosition(text, caller, filters), faults);
  faults.throwIfAny();
  const page = await listImages(deps, caller, { filters, descending: order === 'desc', limit, position });
  return respondJson(200, {
    images: await Promise.all(page.images.map(record => buildImageView(record, caller, deps))),
    next_cursor: page.position === undefined ? null : encodeCursor(page.position, question),
  });
};

/** Parameters that a cursor is bound to. If one of them is invalid, only the form of the cursor can be checked. */
const BOUND_TO_CURSOR = ['order', 'tag', 'content_type', 'status', 'created_after', 'created_before'];

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

function readFilters(request: HttpRequest, accept: readonly string[], faults: Faults): Filters {
  return {
    tags: readTags(request, faults),
    contentType: readChoice(request, 'content_type', accept, faults),
    status: readChoice(request, 'status', LISTED_STATUSES, faults),
    above: readTime(request, 'created_after', buildLowerBound, faults),
    below: readTime(request, 'created_before', buildUpperBound, faults),
  };
}

/** Sorted, so that a cursor does not depend on the order of the tags. */
function readTags(request: HttpRequest, faults: Faults): string[] {
  const values = request.query.get('tag') ?? [];
  for (const value of values.filter(text => !isTag(normaliseTag(text)))) {
    faults.add('tag', `${TAG_RULE}, ${describeGot(value)}`);
  }
  return [...new Set(values.map(normaliseTag))].sort();
}

type Instant = NonNullable<ReturnType<typeof parseInstant>>;

function readTime(
  request: HttpRequest, name: string, bound: (instant: Instant) => string, faults: Faults,
): string | undefined {
  const value = request.query.get(name)?.[0];
  if (value === undefined) return undefined;
  // In a query string `+` means a space: an unencoded `…T12:00:00+02:00` arrives with a space.
  const instant = parseInstant(value.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (instant !== undefined) return bound(instant);
  faults.add(name, `must be an RFC 3339 date-time with a zone, such as 2026-01-31T00:00:00Z, ${describeGot(value)}`);
  return undefined;
}
