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
 * Conditions on fixed values of these keys keep a statement for everyone from being public, as S3 sees it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, "The meaning of 'public'"
 */
const NARROWING = [
  'aws:principalaccount', 'aws:principalarn', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceaccount', 'aws:sourcearn', 'aws:sourceip',
  'aws:sourceorgid', 'aws:sourceorgpaths', 'aws:sourceowner', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:userid', 's3:dataaccesspointaccount',
  's3:dataaccesspointarn', 's3:x-amz-server-side-encryption-aws-kms-key-id',
];
const POSITIVE = /^(ForAnyValue:)?(Arn|String)(Equals|EqualsIgnoreCase|Like)$|^(ForAnyValue:)?IpAddress$/;

/** Whether a statement of a bucket policy allows everyone something. */
export function isPublic({ Effect, Principal, NotPrincipal, Condition = {} }: Statement): boolean {
  if (Effect !== 'Allow' || !(NotPrincipal || isEveryone(Principal))) return false;
  const conditions = Object.entries(Condition).filter(([operator]) => POSITIVE.test(operator)).flatMap(([, keys]) => Object.entries(keys));
  return !conditions.some(([key, values]) => isNarrowing(key, values));
}

function isEveryone(principal: unknown): boolean {
  return principal === '*' || [(principal as { AWS?: unknown } | undefined)?.AWS].flat().includes('*');
}

/**
 * Every value must be fixed, without a wildcard or a policy variable. An access point's ARN may have a wildcard after its account. A value that is
 * known only when the template is deployed is taken to be fixed, apart from its literal parts.
 */
function isNarrowing(key: string, values: unknown): boolean {
  const name = key.toLowerCase();
  return NARROWING.includes(name) && [values].flat().every(value => isFixed(name, value));
}

function isFixed(key: string, value: unknown): boolean {
  // Placeholders of `Fn::Sub` look like policy variables, and are no strings.
  if (typeof value !== 'string') return !/[*?]/.test(JSON.stringify(value));
  if (key === 'aws:sourceip') return isNarrowRange(value);
  const text = key === 's3:dataaccesspointarn' ? value.replace(/(:accesspoint\/)\*/, '$1') : value;
  return !/[*?]|\$\{/.test(text);
}

const PRIVATE_RANGE = /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./;

/** S3 calls ranges public that are broader than /8 for IPv4 and /32 for IPv6. */
function isNarrowRange(range: string): boolean {
  const [, bits] = /\/(\d+)$/.exec(range) ?? [];
  return bits === undefined || PRIVATE_RANGE.test(range) || Number(bits) >= (range.includes(':') ? 32 : 8);
}
