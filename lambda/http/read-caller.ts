import { describeGot } from './faults';
import type { HttpRequest } from './messages';
import { PRINCIPAL_HEADERS } from '../../src/contract';
import type { Caller } from '../domain/caller';
import { ProblemError } from '../domain/errors';

const NAME = /^[A-Za-z0-9._@|:+=-]{1,128}$/;

/** IAM access: API Gateway has authenticated a trusted backend, and the backend names the end user. */
export function readCaller(request: HttpRequest): Caller {
  const users = request.headers.get(PRINCIPAL_HEADERS.USER) ?? [];
  if (users.length > 1) {
    throw buildInvalidCaller(PRINCIPAL_HEADERS.USER, `must be given once, got ${users.length} values`);
  }
  if (!users[0]) throw new ProblemError('unauthenticated', `The header ${PRINCIPAL_HEADERS.USER} must name the user.`);
  if (!NAME.test(users[0])) {
    throw buildInvalidCaller(PRINCIPAL_HEADERS.USER, `must match ${NAME.source}, ${describeGot(users[0])}`);
  }
  if (request.headers.has(PRINCIPAL_HEADERS.TENANT)) {
    throw buildInvalidCaller(PRINCIPAL_HEADERS.TENANT, 'must be absent: this service has no tenants');
  }
  return { userId: users[0] };
}

function buildInvalidCaller(header: string, message: string): ProblemError {
  return new ProblemError('invalid-principal', `The header ${header} ${message}.`, {
    errors: [{ path: header, message }],
  });
}
