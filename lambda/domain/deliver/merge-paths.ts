/** A group of paths that one wildcard is for, and how many of what was asked for it has. */
interface Group {
  readonly prefix: string;
  readonly paths: readonly string[];
}

/**
 * The fewest words for what is to be invalidated: each path `/<t>/<user>/<image_id>` by itself as long as there are no more than `most`, else as
 * few widened as will do: first to all images of a user, then to a tenant, then to everything. What is widened costs others their place in the
 * cache, and nothing else. Answers wildcard paths, and which of the given each is for.
 */
export function mergePaths(paths: readonly string[], most: number): Map<string, readonly string[]> {
  let groups: Group[] = [...new Set(paths)].map(path => ({ prefix: path, paths: [path] }));
  for (let level = 2; groups.length > most && level >= 0; level--) groups = widen(groups, level, most);
  return new Map(groups.map(({ prefix, paths: covered }) => [`${prefix}/*`, covered]));
}

/** Those with most in common first, until there are few enough. */
function widen(groups: readonly Group[], level: number, most: number): Group[] {
  const wider = new Map<string, Group[]>();
  for (const group of groups) {
    const prefix = group.prefix.split('/').slice(0, level + 1).join('/');
    wider.set(prefix, [...wider.get(prefix) ?? [], group]);
  }
  let left = groups.length;
  return [...wider].sort(([, a], [, b]) => b.length - a.length).flatMap(([prefix, members]) => {
    if (left <= most || members.length === 1) return members;
    left -= members.length - 1;
    return [{ prefix, paths: members.flatMap(({ paths }) => paths) }];
  });
}
