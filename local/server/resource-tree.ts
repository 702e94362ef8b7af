/** API Gateway's greedy resource, for paths without a route. */
const UNKNOWN = '/{proxy+}';

export interface Match {
  readonly resource: string;
  readonly pathParameters: Record<string, string> | null;
}

export type Matcher = (path: string) => Match;

/** Matches paths to resources as API Gateway does: exactly, and a static segment wins over a parameter. */
export function createMatcher(resources: readonly string[]): Matcher {
  const byStatics = [...resources].sort((a, b) => countParameters(a) - countParameters(b)).map(
    resource => ({ resource, segments: resource.split('/') }),
  );
  return path => {
    const segments = withoutTrailingSlash(path).split('/');
    const found = byStatics.find(candidate => fits(candidate.segments, segments));
    if (!found) {
      return path === '/'
        ? { resource: '/', pathParameters: null }
        : { resource: UNKNOWN, pathParameters: { proxy: path.slice(1) } };
    }
    const named = found.segments.flatMap(
      (segment, i) => isParameter(segment) ? [[segment.slice(1, -1), decode(segments[i])]] : [],
    );
    return {
      resource: found.resource,
      pathParameters: named.length > 0 ? Object.fromEntries(named) as Record<string, string> : null,
    };
  };
}

function countParameters(resource: string): number {
  return resource.split('/').filter(isParameter).length;
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function fits(resource: readonly string[], path: readonly string[]): boolean {
  return resource.length === path.length
    && resource.every((segment, i) => isParameter(segment) ? path[i] !== '' : segment === path[i]);
}

/** A segment that is not UTF-8 matches no image, so the handler gets it undecoded. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
