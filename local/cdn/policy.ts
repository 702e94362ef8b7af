/** The statement of a custom policy, in the supported form. Times are epoch seconds. */
export interface Policy {
  readonly Resource: string;
  readonly until: number;
  readonly from: number;
}

/** Undefined for an unsupported policy, so that it denies access. */
export function parsePolicy(text: string): Policy | undefined {
  const statement = pickOnlyStatement(parseJson(text));
  if (!hasOnly(statement, ['Resource', 'Condition'])) return undefined;
  const { Resource, Condition } = statement;
  if (typeof Resource !== 'string' || !hasOnly(Condition, ['DateLessThan', 'DateGreaterThan'])) return undefined;
  const until = readEpochTime(Condition.DateLessThan);
  const from = Condition.DateGreaterThan === undefined ? 0 : readEpochTime(Condition.DateGreaterThan);
  return until === undefined || from === undefined ? undefined : { Resource, until, from };
}

export function isInForce({ until, from }: Policy, now: number): boolean {
  return now < until && now >= from;
}

/**
 * `*` matches any number of characters, including slashes, and `?` one character (Developer Guide, "Values that you
 * specify in the policy statement").
 */
export function matchesResource(resource: string, url: string): boolean {
  const pattern = resource.replace(/[\\^$.|+()[\]{}]/g, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's').test(url);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pickOnlyStatement(policy: unknown): unknown {
  const statements = hasOnly(policy, ['Statement']) ? policy.Statement : undefined;
  return Array.isArray(statements) && statements.length === 1 ? statements[0] : undefined;
}

function readEpochTime(condition: unknown): number | undefined {
  const time = hasOnly(condition, ['AWS:EpochTime']) ? condition['AWS:EpochTime'] : undefined;
  return typeof time === 'number' && Number.isSafeInteger(time) ? time : undefined;
}

function hasOnly(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).every(name => names.includes(name));
}
