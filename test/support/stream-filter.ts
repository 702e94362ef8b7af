import type { DynamoDBRecord } from 'aws-lambda';

/**
 * Lambda's filter rules, as far as our filters use them: equal strings, `anything-but` and `exists`. Every other rule
 * is an error, so that no filter passes here by a rule that this file does not know.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export function passesFilters(filters: readonly string[], record: DynamoDBRecord): boolean {
  if (filters.length > 5) throw new Error(`Lambda takes at most 5 filters, got: ${filters.length}`);
  return filters.some(pattern => {
    const parsed = JSON.parse(pattern) as Record<string, unknown>;
    const foreign = Object.keys(parsed).find(key => key !== 'dynamodb');
    // "DynamoDB event source mappings only support filtering on the dynamodb key" (with-ddb-filtering.html)
    if (foreign !== undefined) throw new Error(`Lambda filters streams by the key dynamodb only, got: ${foreign}`);
    return matches(parsed, record);
  });
}

/** A list holds the rules of a leaf: at least one must match. An object has a pattern for each of its keys. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some(rule => matchesRule(rule, value));
  if (typeof pattern !== 'object' || pattern === null) throw new Error(`a leaf must be a list, got: ${String(pattern)}`);
  return Object.entries(pattern).every(
    ([key, part]) => matches(part, (value as Record<string, unknown> | undefined)?.[key]),
  );
}

/** No rule of ours matches an absent value. */
function matchesRule(rule: unknown, value: unknown): boolean {
  if (typeof rule === 'string') return value === rule;
  const [[name, operand], ...others] = Object.entries(rule as object) as [string, unknown][];
  // "exists only works on leaf nodes"
  if (name === 'exists' && operand === true && others.length === 0) return typeof value === 'string';
  if (name !== 'anything-but' || others.length > 0 || !Array.isArray(operand)) {
    throw new Error(`unknown rule: ${JSON.stringify(rule)}`);
  }
  return typeof value === 'string' && !operand.includes(value);
}
