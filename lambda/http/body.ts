import { describeGot, type Faults } from './faults';
import type { HttpRequest } from './messages';
import { LIMITS, type Route } from '../../src/contract';
import { ProblemError } from '../domain/errors';

/** Stands for an absent body, or one that is no JSON object: its faults are noted. */
const NO_BODY = Symbol('no body');

export function checkBodySize(request: HttpRequest): void {
  if (request.body.length <= LIMITS.BODY_BYTES) return;
  throw new ProblemError('body-too-large', `The body has more than ${LIMITS.BODY_BYTES} bytes.`, {
    limit: LIMITS.BODY_BYTES,
  });
}

/** Media type names are case-insensitive (RFC 9110, section 8.3.1); parameters are ignored. */
export function checkMediaType(request: HttpRequest): void {
  const types = request.headers.get('content-type') ?? [];
  const isJson = types.every(value => value.split(';')[0].trim().toLowerCase() === 'application/json');
  if (!isJson) {
    const detail = `The content-type must be application/json, ${describeGot(types.join(', '))}.`;
    throw new ProblemError('unsupported-media-type', detail);
  }
  if (request.headers.has('content-encoding')) {
    throw new ProblemError('unsupported-media-type', 'The body must not be encoded: leave content-encoding out.');
  }
}

/** The JSON object in the body. */
export function readBody(request: HttpRequest, route: Route, faults: Faults): Record<string, unknown> | typeof NO_BODY {
  if (route.body === 'ignored') return NO_BODY;
  if (request.body.length === 0) {
    if (route.body === 'required') faults.add('', 'must be a JSON object, got nothing');
    return NO_BODY;
  }
  const value = parse(request.body, faults);
  if (value === NO_BODY || isObject(value)) return value;
  faults.add(
    '',
    `must be a JSON object, got ${Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`}`,
  );
  return NO_BODY;
}

function parse(bytes: Uint8Array, faults: Faults): unknown {
  try {
    // A byte order mark is not allowed (RFC 8259, section 8.1): kept, it is invalid JSON.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    faults.add('', 'must be JSON in UTF-8 without a byte order mark');
    return NO_BODY;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
