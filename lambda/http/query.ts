import { type Faults, describeGot } from './faults';
import type { HttpRequest } from './messages';
import type { Route } from '../../src/contract';

/** The one query parameter that may repeat. */
const REPEATABLE = 'tag';

/** Notes unknown and repeated parameters. */
export function checkQuery(request: HttpRequest, route: Route, faults: Faults): void {
  for (const [name, values] of request.query) {
    if (!route.query.includes(name)) {
      faults.add(name, `is not a parameter of this request; known parameters: ${route.query.join(', ') || 'none'}`);
    } else if (values.length > 1 && name !== REPEATABLE) {
      faults.add(name, `must be given once, got ${values.length} values`);
    }
  }
}

/** A parameter with a closed set of values. An empty value is a value. */
export function readChoice<T extends string>(
  request: HttpRequest, name: string, choices: readonly T[], faults: Faults,
): T | undefined {
  const value = request.query.get(name)?.[0];
  if (value === undefined || (choices as readonly string[]).includes(value)) return value as T | undefined;
  const rule = choices.length === 1 ? `must be ${choices[0]}, or be left out` : `must be one of ${choices.join(', ')}`;
  faults.add(name, `${rule}, ${describeGot(value)}`);
  return undefined;
}

export function readInteger(request: HttpRequest, name: string, max: number, faults: Faults): number | undefined {
  const value = request.query.get(name)?.[0];
  if (value === undefined) return undefined;
  const number = /^[1-9][0-9]*$/.test(value) ? Number(value) : NaN;
  if (number <= max) return number;
  faults.add(name, `must be an integer from 1 to ${max}, ${describeGot(value)}`);
  return undefined;
}
