import type { Measured } from './embedded-metrics';
import type { TemplateFilter } from './template-alarms';

/** `$.name` or `$.a.b`, and a text in quotes. */
const TERM = /^\$((?:\.\w+)+) (!?=) "([^"\\*]*)"$/;

/**
 * Whether a log line matches a pattern of a metric filter. Knows the part of the syntax that the service uses:
 * `{ $.field = "text" }` and several terms with `&&`. Throws for another pattern.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function matchPattern(pattern: string, line: string): boolean {
  const inner = /^\{ (.+) \}$/.exec(pattern)?.[1];
  if (inner === undefined) throw new Error(`a pattern of JSON lines must be known here, got: ${pattern}`);
  const terms = inner.split(' && ').map(term => {
    const parts = TERM.exec(term);
    if (!parts) throw new Error(`a term must compare a field with a text, got: ${term}`);
    return parts;
  });
  return terms.every(([, path, operator, text]) => {
    const value = select(line, `$${path}`);
    // A field that is absent matches no term, also not `!=`.
    return value !== undefined && (operator === '=') === (value === text);
  });
}

/**
 * The values that a filter publishes for a line. Without all of its dimensions there is no value.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export function applyFilter(filter: TemplateFilter, logGroup: string, line: string, at: number): Measured[] {
  if (filter.logGroup !== logGroup || !matchPattern(filter.pattern, line)) return [];
  const dimensions = Object.entries(filter.dimensions).map(
    ([name, selector]) => [name, select(line, selector)] as const,
  );
  if (dimensions.some(([, value]) => value === undefined)) return [];
  const value = filter.value.startsWith('$') ? Number(select(line, filter.value)) : Number(filter.value);
  if (!Number.isFinite(value)) return [];
  const metric = {
    namespace: filter.namespace,
    name: filter.metricName,
    dimensions: Object.fromEntries(dimensions) as Record<string, string>,
  };
  return [{ metric, values: [value], at }];
}

function select(line: string, selector: string): string | undefined {
  let value: any;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  for (const name of selector.split('.').slice(1)) value = value?.[name];
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}
