import * as v from 'valibot';
import { type Faults, describeGot, buildPointer } from './faults';

type Fields = Record<string, v.GenericSchema>;
type Parsed<F extends Fields> = { -readonly [K in keyof F]: v.InferOutput<F[K]> };

/**
 * Reads a JSON object by its fields. Notes all faults, and is undefined if there are any. Fields are looked up as own
 * properties: `__proto__` and `constructor` are unknown fields like any other.
 */
export function readFields<F extends Fields>(
  fields: F, value: Record<string, unknown>, faults: Faults,
): Parsed<F> | undefined {
  let good = true;
  for (const key of Object.keys(value).filter(name => !Object.hasOwn(fields, name))) {
    faults.add(
      buildPointer(key), `is not a field of this request; known fields: ${Object.keys(fields).join(', ') || 'none'}`,
    );
    good = false;
  }
  const parsed: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(fields)) {
    const result = v.safeParse(schema, Object.hasOwn(value, name) ? value[name] : undefined);
    if (result.success) parsed[name] = result.output;
    else addIssues(name, result.issues, faults);
    good &&= result.success;
  }
  return good ? parsed as Parsed<F> : undefined;
}

function addIssues(name: string, issues: readonly v.BaseIssue<unknown>[], faults: Faults): void {
  for (const issue of issues) {
    const keys = (issue.path ?? []).map(item => item.key as string | number);
    faults.add(buildPointer(name, ...keys), `${issue.message}, ${describeGot(issue.input)}`);
  }
}
