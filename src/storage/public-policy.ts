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
export function opensToPublic({ Effect, Principal, NotPrincipal, Condition = {} }: Statement): boolean {
  if (Effect !== 'Allow' || !(NotPrincipal || isEveryone(Principal))) return false;
  const conditions = Object.entries(Condition).filter(([operator]) => POSITIVE.test(operator)).flatMap(([, keys]) => Object.entries(keys));
  return !conditions.some(([key, values]) => narrows(key, values));
}

function isEveryone(principal: unknown): boolean {
  return principal === '*' || [(principal as { AWS?: unknown } | undefined)?.AWS].flat().includes('*');
}

/** What is known only when the template is deployed is taken to be a fixed value. */
function narrows(key: string, values: unknown): boolean {
  return NARROWING.includes(key.toLowerCase()) && ![values].flat().some(value => value === '*' || value === '0.0.0.0/0' || value === '::/0');
}
