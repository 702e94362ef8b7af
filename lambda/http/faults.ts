import { type Fault, ProblemError } from '../domain/errors';

const SHOWN_LENGTH = 64;

/**
 * A value for an error message, of one line at most. Nested values only by their kind: they may be too deep to write.
 */
export function describeGot(value: unknown): string {
  if (value === undefined) return 'got nothing';
  if (Array.isArray(value)) return `got an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'got an object';
  const text = JSON.stringify(value);
  return `got ${shorten(text)}`;
}

/** Never half of a surrogate pair: strict parsers reject the whole answer. */
function shorten(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** RFC 6901. */
export function buildPointer(...keys: (string | number)[]): string {
  return keys.map(key => `/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

/** More than any honest request has: a body full of faults must not cause an answer of megabytes. */
const MOST_FAULTS = 1000;

/** Collects all faults of a request, so that one answer names them all. */
export class Faults {
  private readonly faults: Fault[] = [];

  add(path: string, message: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ path, message });
  }

  isEmpty(): boolean {
    return this.faults.length === 0;
  }

  has(paths: readonly string[]): boolean {
    return this.faults.some(({ path }) => paths.includes(path));
  }

  throwIfAny(): void {
    if (this.faults.length === 0) return;
    const [{ path, message }] = this.faults;
    const others = this.faults.length - 1;
    const more = others > 0 ? `, and ${others} more ${others === 1 ? 'fault is' : 'faults are'} in errors` : '';
    throw new ProblemError('invalid-request', `${shorten(path) || 'The body'} ${message}${more}.`, {
      errors: this.faults,
    });
  }
}
