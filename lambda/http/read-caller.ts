import { buildUnauthenticated, hasAuthorizerContext, readAuthorizerContext } from './authorizer-context';
import { describeGot } from './faults';
import type { HttpRequest } from './messages';
import { type AccessMode, ACT_AS_SERVICE, PRINCIPAL_HEADERS, PRINCIPAL_LIMITS, PRINCIPAL_NAME } from '../../src/contract';
import type { Caller, Viewer } from '../domain/caller';
import { ProblemError } from '../domain/errors';

const NAME = new RegExp(`^${PRINCIPAL_NAME}$`);
const { USER, GROUPS, TENANT, ACT_AS } = PRINCIPAL_HEADERS;
const HEADERS = Object.values(PRINCIPAL_HEADERS);

/** Non-empty values of the headers that name a caller. */
type Named = ReadonlyMap<string, string>;

/**
 * The caller that a request acts for. In `iam` mode API Gateway has authenticated a trusted backend. In the other modes
 * an authorizer has, and only those callers that it trusts may name a user in headers.
 */
export function readCaller(request: HttpRequest, access: AccessMode, now: number): Viewer {
  // The token is checked first: without a valid one, a request learns nothing about its headers.
  const admission = access === 'iam' ? trustBackend(request) : readAuthorizerContext(request, access, now);
  const named = readNamed(request);
  if (admission.isTrusted) return named.has(ACT_AS) ? readService(named) : readNamedCaller(named);
  for (const header of named.keys()) throw buildInvalidCaller(header, 'must be absent: only a trusted caller may send it');
  return admission.caller;
}

/**
 * While CloudFormation changes the access of a service, the function has the new mode before the stage has. A request
 * that an authorizer has admitted comes from such a stage, and its sender is no trusted backend.
 */
function trustBackend(request: HttpRequest): { readonly isTrusted: true } {
  if (hasAuthorizerContext(request)) throw buildUnauthenticated('The request must be signed with AWS credentials.');
  return { isTrusted: true };
}

/** An empty header counts as absent. Only an empty user is an error, since a backend has failed to name one. */
function readNamed({ headers }: HttpRequest): Named {
  const named = new Map<string, string>();
  for (const header of HEADERS) {
    const values = headers.get(header) ?? [];
    if (values.length > 1) throw buildInvalidCaller(header, `must be given once, got ${values.length} values`);
    if (header === USER && values[0] === '') throw buildUnauthenticated(`The header ${USER} must not be empty.`);
    if (values[0]) named.set(header, values[0]);
  }
  return named;
}

function readService(named: Named): Viewer {
  const value = named.get(ACT_AS)!;
  if (value !== ACT_AS_SERVICE) throw buildInvalidCaller(ACT_AS, `must be ${ACT_AS_SERVICE}, ${describeGot(value)}`);
  for (const header of [USER, GROUPS].filter(name => named.has(name))) {
    throw buildInvalidCaller(header, `must be absent beside ${ACT_AS}: the service is no user`);
  }
  checkTenant(named);
  return { service: true };
}

function readNamedCaller(named: Named): Caller {
  const userId = named.get(USER);
  if (userId === undefined) throw buildUnauthenticated(`The header ${USER} must name the user.`);
  checkName(USER, userId);
  checkTenant(named);
  return { userId, groups: readGroups(named.get(GROUPS)) };
}

function readGroups(text: string | undefined): readonly string[] {
  const groups = text?.split(',') ?? [];
  if (groups.length > PRINCIPAL_LIMITS.HEADER_GROUPS) {
    const most = PRINCIPAL_LIMITS.HEADER_GROUPS;
    throw buildInvalidCaller(GROUPS, `must have at most ${most} groups, got ${groups.length}`);
  }
  for (const group of groups) checkName(GROUPS, group, 'each group ');
  return [...new Set(groups)];
}

function checkName(header: string, value: string, subject = ''): void {
  if (!NAME.test(value)) throw buildInvalidCaller(header, `${subject}must match ${NAME.source}, ${describeGot(value)}`);
}

function checkTenant(named: Named): void {
  if (named.has(TENANT)) throw buildInvalidCaller(TENANT, 'must be absent: this service has no tenants');
}

function buildInvalidCaller(header: string, message: string): ProblemError {
  return new ProblemError('invalid-principal', `The header ${header} ${message}.`, {
    errors: [{ path: header, message }],
  });
}
