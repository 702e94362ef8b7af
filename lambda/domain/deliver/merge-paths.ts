/** A group of paths that one wildcard is for, and how many of what was asked for it has. */
interface Group {
  readonly prefix: string;
  readonly paths: readonly string[];
}

const USER_LEVEL = 2;

/**
 * More images of a user than this in one batch become all of that user's: what somebody deletes at once comes in several batches, which
 * together must not be more than CloudFront takes. It costs nobody but that user.
 */
const MOST_OF_USER = 4;

/**
 * The fewest words for what is to be invalidated: a path `/<t>/<user>/<image_id>` by itself where a user has few, and as long as there are no
 * more than `most`, else as few widened as will do: first to all images of a user, then to a tenant, then to everything. What is widened costs
 * others their place in the cache, and nothing else. Answers wildcard paths, and which of the given each is for.
 */
export function mergePaths(paths: readonly string[], most: number): Map<string, readonly string[]> {
  const single = [...new Set(paths)].map(path => ({ prefix: path, paths: [path] }));
  let groups: Group[] = byPrefix(single, USER_LEVEL).flatMap(user => user.paths.length > MOST_OF_USER ? [user] : user.members);
  for (let level = USER_LEVEL; groups.length > most && level >= 0; level--) groups = widen(groups, level, most);
  return byWildcard(groups);
}

function byWildcard(groups: readonly Group[]): Map<string, readonly string[]> {
  const wildcards = new Map<string, readonly string[]>();
  for (const { prefix, paths } of groups) wildcards.set(wildcardOf(prefix), [...wildcards.get(wildcardOf(prefix)) ?? [], ...paths]);
  return wildcards;
}

/**
 * CloudFront refuses `~`, which is no safe character of a URL by RFC 1738, and the escape that its Developer Guide asks for instead ("Specifying the
 * objects to invalidate") has been seen to be accepted and to change nothing (aws/aws-sdk-js-v3 #4042). What is before it is enough.
 */
function wildcardOf(prefix: string): string {
  const [safe, ...rest] = prefix.split('~');
  return rest.length > 0 ? `${safe}*` : `${prefix}/*`;
}

/** Those with most in common first, until there are few enough. */
function widen(groups: readonly Group[], level: number, most: number): Group[] {
  let left = groups.length;
  return byPrefix(groups, level).sort((a, b) => b.members.length - a.members.length).flatMap(wider => {
    if (left <= most || wider.members.length === 1) return wider.members;
    left -= wider.members.length - 1;
    return [wider];
  });
}

interface Wider extends Group {
  readonly members: readonly Group[];
}

function byPrefix(groups: readonly Group[], level: number): Wider[] {
  const wider = new Map<string, Group[]>();
  for (const group of groups) {
    const prefix = group.prefix.split('/').slice(0, level + 1).join('/');
    wider.set(prefix, [...wider.get(prefix) ?? [], group]);
  }
  return [...wider].map(([prefix, members]) => ({ prefix, paths: members.flatMap(({ paths }) => paths), members }));
}
