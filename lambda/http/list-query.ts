import { type Faults, describeGot } from './faults';
import type { HttpRequest } from './messages';
import { readChoice } from './query';
import { isTag, normaliseTag, TAG_RULE } from './schemas';
import { PRINCIPAL_NAME, SHARING } from '../../src/contract';
import type { Caller } from '../domain/caller';
import { buildLowerBound, buildUpperBound, parseInstant } from '../domain/created-range';
import { ProblemError } from '../domain/errors';
import type { Filters } from '../domain/list-images';

const LISTED_STATUSES = ['processing', 'ready', 'rejected', 'failed'] as const;

export function readFilters(request: HttpRequest, accept: readonly string[], faults: Faults): Filters {
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

/** Filters of the caller's own images: nobody may search images of others by them. */
const OWN_FILTERS = ['tag', 'content_type', 'status'];
const GROUP = new RegExp(`^${PRINCIPAL_NAME}$`);

/** The entry of `shared_with` whose images are listed; undefined for the caller's own images. */
export function readShareEntry(request: HttpRequest, { userId }: Caller, faults: Faults): string | undefined {
  const isShared = readChoice(request, 'shared', ['true'], faults) !== undefined;
  const group = request.query.get('group')?.[0];
  if (group !== undefined && !GROUP.test(group)) faults.add('group', `must match ${GROUP.source}, ${describeGot(group)}`);
  const list = ['shared', 'group'].find(name => request.query.has(name));
  if (list === undefined) return undefined;
  for (const name of [...list === 'shared' ? ['group'] : [], ...OWN_FILTERS].filter(other => request.query.has(other))) {
    faults.add(name, `must be absent beside ${list}, ${describeGot(request.query.get(name)?.[0])}`);
  }
  return isShared ? SHARING.USER + userId : SHARING.GROUP + group;
}

/** Throws `forbidden`. */
export function checkMembership({ groups = [] }: Caller, sharedWith: string | undefined): void {
  if (!sharedWith?.startsWith(SHARING.GROUP)) return;
  if (groups.includes(sharedWith.slice(SHARING.GROUP.length))) return;
  const group = describeGot(sharedWith.slice(SHARING.GROUP.length));
  const source = "groups come from the token's groups claim, or from x-user-groups";
  throw new ProblemError('forbidden', `group must be one of the caller's groups, ${group}; ${source}.`);
}
