/** A statement of a rendered policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/**
 * S3 does not count a statement for everyone as public if it has a condition on a fixed value of one of these keys.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, "The meaning of 'public'"
 */
const NARROWING = [
  'aws:principalaccount', 'aws:principalarn', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceaccount',
  'aws:sourcearn', 'aws:sourceip',
  'aws:sourceorgid', 'aws:sourceorgpaths', 'aws:sourceowner', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn', 's3:x-amz-server-side-encryption-aws-kms-key-id',
];
const POSITIVE = /^(ForAnyValue:)?(Arn|String)(Equals|EqualsIgnoreCase|Like)$|^(ForAnyValue:)?IpAddress$/;

/** Whether a statement of a bucket policy allows public access. */
export function isPublic({ Effect, Principal, NotPrincipal, Condition = {} }: Statement): boolean {
  if (Effect !== 'Allow' || !(NotPrincipal || isEveryone(Principal))) return false;
  const conditions = Object.entries(Condition).filter(([operator]) => POSITIVE.test(operator)).flatMap(
    ([, keys]) => Object.entries(keys),
  );
  return !conditions.some(([key, values]) => isNarrowing(key, values));
}

function isEveryone(principal: unknown): boolean {
  return principal === '*' || [(principal as { AWS?: unknown } | undefined)?.AWS].flat().includes('*');
}

/**
 * Whether a condition limits a statement: every value must be fixed, without a wildcard or a policy variable. The ARN
 * of an access point may have a wildcard after its account. A value that is known at deployment only counts as fixed,
 * apart from its literal parts.
 */
function isNarrowing(key: string, values: unknown): boolean {
  const name = key.toLowerCase();
  return NARROWING.includes(name) && [values].flat().every(value => isFixed(name, value));
}

function isFixed(key: string, value: unknown): boolean {
  // Placeholders of `Fn::Sub` look like policy variables, but are not strings.
  if (typeof value !== 'string') return !/[*?]/.test(JSON.stringify(value));
  if (key === 'aws:sourceip') return isNarrowRange(value);
  const text = key === 's3:dataaccesspointarn' ? value.replace(/(:accesspoint\/)\*/, '$1') : value;
  return !/[*?]|\$\{/.test(text);
}

const PRIVATE_RANGE = /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./;

/** S3 counts ranges broader than /8 for IPv4 and /32 for IPv6 as public. */
function isNarrowRange(range: string): boolean {
  const [, bits] = /\/(\d+)$/.exec(range) ?? [];
  return bits === undefined || PRIVATE_RANGE.test(range) || Number(bits) >= (range.includes(':') ? 32 : 8);
}
