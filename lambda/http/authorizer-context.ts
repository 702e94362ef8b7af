import type { HttpRequest } from './messages';
import { type AccessMode, AUTHORIZER_CONTEXT, CLOCK_TOLERANCE_SECONDS, PRINCIPAL_NAME } from '../../src/contract';
import type { Caller } from '../domain/caller';
import { ProblemError } from '../domain/errors';

/** The decision of an authorizer on a request: a caller, or trust in the headers that name one. */
export type Admission = { readonly isTrusted: true } | { readonly isTrusted: false; readonly caller: Caller };

const NAME = new RegExp(`^${PRINCIPAL_NAME}$`);

/**
 * Reads the context of the authorizer that has admitted the request. API Gateway may have cached it for another request
 * with the same token, so the token's end is checked here. A request without a context has met no authorizer.
 */
export function readAuthorizerContext(request: HttpRequest, access: AccessMode, now: number): Admission {
  // An authorizer is asked with one of the values, and its answer is cached under one of them.
  if ((request.headers.get('authorization') ?? []).length > 1) {
    throw buildUnauthenticated('The header authorization must be given once.');
  }
  const context = request.authorizer;
  if (context === undefined) throw buildUnauthenticated('The request needs a valid token.');
  checkExpiry(readText(context, AUTHORIZER_CONTEXT.EXPIRES), access, now);
  if (readText(context, AUTHORIZER_CONTEXT.TRUSTED) === 'true') return { isTrusted: true };
  return { isTrusted: false, caller: readContextCaller(context, access) };
}

/** `principalId` is in the context of every Lambda authorizer. Emulators pass an empty context for signed requests. */
export function hasAuthorizerContext({ authorizer }: HttpRequest): boolean {
  return authorizer !== undefined && ['principalId', ...Object.values(AUTHORIZER_CONTEXT)].some(key => key in authorizer);
}

export function buildUnauthenticated(detail: string): ProblemError {
  return new ProblemError('unauthenticated', detail);
}

/** The value as API Gateway passes it: a string. An emulator may pass booleans and numbers as they are. */
function readText(context: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = Object.hasOwn(context, key) ? context[key] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'object') throw buildUnauthenticated('The authorizer of this service gave an invalid answer.');
  return String(value);
}

function checkExpiry(text: string | undefined, access: AccessMode, now: number): void {
  if (text === undefined && access === 'custom') return;
  if (text === undefined || !/^\d{1,12}$/.test(text)) {
    throw buildUnauthenticated('The authorizer of this service gave no valid end of the token.');
  }
  if (now / 1000 > Number(text) + CLOCK_TOLERANCE_SECONDS) throw buildUnauthenticated('The token has expired.');
}

function readContextCaller(context: Readonly<Record<string, unknown>>, access: AccessMode): Caller {
  const userId = readText(context, AUTHORIZER_CONTEXT.USER);
  if (userId === undefined || !NAME.test(userId)) {
    throw buildUnauthenticated('The token or the authorizer of this service names no valid user.');
  }
  if (readText(context, AUTHORIZER_CONTEXT.TENANT) !== undefined) {
    throw new ProblemError('invalid-principal', 'The authorizer of this service must name no tenant: tenancy is off.');
  }
  const groups = readText(context, AUTHORIZER_CONTEXT.GROUPS);
  return { userId, groups: access === 'jwt' ? splitGroups(groups) : parseGroups(groups) };
}

function splitGroups(text = ''): readonly string[] {
  return [...new Set(text.split(',').filter(group => NAME.test(group)))];
}

/** Like the groups of a token: those that are no group names count for nothing. */
function parseGroups(text = '[]'): readonly string[] {
  const groups = parseJson(text);
  if (!Array.isArray(groups)) throw buildUnauthenticated('The authorizer of this service gave an invalid list of groups.');
  return [...new Set(groups.filter((group): group is string => typeof group === 'string' && NAME.test(group)))];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
