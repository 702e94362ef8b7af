import type { Ignored } from './ignored';

/** A property that differs from the template. */
export interface Difference {
  readonly path: readonly string[];
  readonly written: unknown;
  readonly actual: unknown;
}

/** Compares exactly: a property without a value in the template must be off. */
export function listDifferences(written: unknown, actual: unknown, path: readonly string[] = []): Difference[] {
  if (isParent(written) && isParent(actual) && Array.isArray(written) === Array.isArray(actual)) {
    const keys = new Set([...Object.keys(written), ...Object.keys(actual)]);
    return [...keys].flatMap(key => listDifferences(written[key], actual[key], [...path, key]));
  }
  const same = written === undefined ? isOff(actual) : written === actual;
  return same ? [] : [{ path, written, actual }];
}

/** Errors of a resource, one per line: an unknown difference, or a known difference that no longer exists. */
export function listComplaints(
  written: object, actual: object, ignored: readonly Pick<Ignored, 'property'>[],
): string[] {
  const found = listDifferences(written, actual);
  const unknown = found.filter(({ path }) => !ignored.some(({ property }) => startsWithProperty(path, property)));
  const stale = ignored.filter(
    ({ property }) => isWritten(written, property) && !found.some(({ path }) => startsWithProperty(path, property)),
  );
  return [
    ...unknown.map(
      each => `${each.path.join('.')} is ${JSON.stringify(each.actual)}, written is ${JSON.stringify(each.written)}`,
    ),
    ...stale.map(({ property }) => `${property} is as written: take it out of ignored.ts`),
  ];
}

export function isWritten(properties: object, property: string): boolean {
  return property.split('.').reduce<unknown>((value, key) => isParent(value)
    ? value[key]
    : undefined, properties) !== undefined;
}

function startsWithProperty(path: readonly string[], property: string): boolean {
  return property.split('.').every((key, i) => path[i] === key);
}

/** The values that APIs return for properties that were never set. Zero is a setting. */
function isOff(value: unknown): boolean {
  return isParent(value) ? Object.values(value).every(isOff) : [undefined, null, false, ''].some(off => off === value);
}

function isParent(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
