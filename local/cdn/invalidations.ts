import { randomBytes } from 'node:crypto';

/**
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html, "General quotas on
 * distributions"
 */
const WILDCARDS_IN_PROGRESS = 15;
const PATHS_IN_PROGRESS = 3000;
/** CloudFront takes seconds to minutes. This is long enough for invalidations to overlap. */
const LASTS_MS = 1000;

export interface InvalidationBatch {
  readonly callerReference: string;
  readonly paths: readonly string[];
}

export interface AcceptedInvalidation extends InvalidationBatch {
  readonly id: string;
  readonly createdAt: Date;
  /** Milliseconds of `performance.now()`, so that a shifted clock has no effect. */
  readonly until: number;
}

export class CloudFrontError extends Error {
  constructor(readonly code: string, readonly status: number, message: string) {
    super(message);
  }
}

/** Invalidations of one distribution, within CloudFront's quotas of concurrent ones. */
export class Invalidations {
  private readonly accepted = new Map<string, AcceptedInvalidation>();

  /** `remove` drops matching keys from the cache. */
  constructor(
    private readonly remove: (matches: (key: string) => boolean) => void,
    private readonly lastsMs = LASTS_MS,
  ) {}

  create(batch: InvalidationBatch): AcceptedInvalidation {
    const repeated = this.list().find(({ callerReference }) => callerReference === batch.callerReference);
    if (repeated) return matchRepeated(repeated, batch);
    checkPaths(batch.paths);
    const paths = [...this.listInProgress().flatMap(invalidation => invalidation.paths), ...batch.paths];
    if (paths.length > PATHS_IN_PROGRESS || paths.filter(isWildcard).length > WILDCARDS_IN_PROGRESS) {
      throw new CloudFrontError(
        'TooManyInvalidationsInProgress',
        400,
        'Your request would cause you to exceed the number of allowed active invalidations.',
      );
    }
    const id = `I${randomBytes(10).toString('hex').toUpperCase().slice(0, 13)}`;
    const invalidation = { ...batch, id, createdAt: new Date(), until: performance.now() + this.lastsMs };
    this.accepted.set(id, invalidation);
    this.remove(key => batch.paths.some(path => isWildcard(path) ? key.startsWith(path.slice(0, -1)) : key === path));
    return invalidation;
  }

  find(id: string): AcceptedInvalidation {
    const found = this.accepted.get(id);
    if (!found) throw new CloudFrontError('NoSuchInvalidation', 404, 'The specified invalidation does not exist.');
    return found;
  }

  private list(): AcceptedInvalidation[] {
    return [...this.accepted.values()];
  }

  private listInProgress(): AcceptedInvalidation[] {
    return this.list().filter(isInProgress);
  }
}

export function isInProgress({ until }: AcceptedInvalidation): boolean {
  return performance.now() < until;
}

function isWildcard(path: string): boolean {
  return path.endsWith('*');
}

function checkPaths(paths: readonly string[]): void {
  // CloudFront rejects the unsafe characters of RFC 1738, section 2.2.
  const wrong = paths.find(
    path => !path.startsWith('/') || path.slice(0, -1).includes('*') || /[^\x21-\x7e]|["<>#{}|\\^~[\]`]/.test(path),
  );
  if (paths.length === 0 || wrong !== undefined) {
    throw new CloudFrontError(
      'InvalidArgument',
      400,
      `A path must begin with a slash, have a wildcard only at its end, and have only safe characters, got: ${wrong ?? 'no path'}`,
    );
  }
}

/** A repeated call returns the first invalidation. A reference with a different batch is an error. */
function matchRepeated(repeated: AcceptedInvalidation, batch: InvalidationBatch): AcceptedInvalidation {
  if (repeated.paths.join() === batch.paths.join()) return repeated;
  throw new CloudFrontError(
    'InvalidationBatchAlreadyExists', 400, 'The caller reference that you used belongs to another batch of paths.',
  );
}
