/**
 * Whether a path pattern that ends in `*` matches a path. CloudFront normalizes the path by RFC 3986 before it chooses
 * the cache behavior, and passes on the raw path (Amazon CloudFront Developer Guide, "Path pattern").
 */
export function matchesPathPattern(uri: string, pattern: string): boolean {
  return resolvePath(uri).startsWith(pattern.slice(0, -1));
}

/** RFC 3986, section 6.2.2: decodes unreserved characters, then removes dot segments. */
function resolvePath(uri: string): string {
  const decoded = uri.replace(/%([0-9a-f]{2})/gi, (escaped, digits: string) => {
    const character = String.fromCharCode(parseInt(digits, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escaped.toUpperCase();
  });
  const kept: string[] = [];
  for (const segment of decoded.slice(1).split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}
