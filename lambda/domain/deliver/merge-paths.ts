/**
 * If a batch has more images of one user, one path covers all images of the user: bulk deletes come in several batches.
 */
export const MAX_IMAGES_OF_USER = 4;

/**
 * Wildcard paths for images' paths (`/<t>/<u>/<image_id>`), and the given paths that each covers. A wildcard names one
 * image, or one user with more than `mostOfUser` images here: a delete never costs another user their place in the
 * cache.
 */
export function mergePaths(paths: readonly string[], mostOfUser: number): Map<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const path of new Set(paths)) {
    const user = path.slice(0, path.lastIndexOf('/'));
    users.set(user, [...users.get(user) ?? [], path]);
  }
  return new Map([...users].flatMap(([user, images]): [string, string[]][] =>
    images.length > mostOfUser ? [[`${user}/*`, images]] : images.map(image => [`${image}/*`, [image]])));
}
