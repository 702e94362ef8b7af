import type { Claims, TokenRules } from './ports';
import { TokenError } from './token-error';
import { ANY_CLIENT, PRINCIPAL_LIMITS, PRINCIPAL_NAME } from '../../../src/contract';
import type { Caller } from '../caller';

/** Facts of a valid token. A trusted token names nobody: its requests name the user. */
export interface Grant {
  /** End of the token (epoch seconds). */
  readonly expires: number;
  readonly caller?: Caller;
}

const NAME = new RegExp(`^${PRINCIPAL_NAME}$`);

/**
 * Reads the claims of a valid token. Undefined if the token lacks a required scope. Throws `TokenError` for a claim of
 * a wrong type, or a missing one.
 */
export function judgeClaims(claims: Claims, rules: TokenRules): Grant | undefined {
  const scopes = readScopes(claims);
  const expires = readEnd(claims);
  const isTrusted = hasTrust(claims, scopes, rules);
  const caller = isTrusted ? undefined : readTokenCaller(claims, rules);
  return rules.requiredScopes.every(scope => scopes.has(scope)) ? { expires, caller } : undefined;
}

/** RFC 8693, section 4.2: words divided by blanks. */
function readScopes({ scope }: Claims): ReadonlySet<string> {
  if (scope === undefined) return new Set();
  if (typeof scope !== 'string') throw new TokenError('claim type');
  return new Set(scope.split(' ').filter(word => word !== ''));
}

/** The year 33658: an end in milliseconds is beyond it. */
const LATEST = 1e12 - 1;

/** RFC 7519, section 4.1.4, allows fractions of seconds. */
function readEnd({ exp }: Claims): number {
  if (typeof exp !== 'number' || !(exp >= 0)) throw new TokenError('no exp');
  return Math.min(Math.floor(exp), LATEST);
}

/** Some issuers grant a requested scope to every client, browsers too: the client must be known as well. */
function hasTrust(claims: Claims, scopes: ReadonlySet<string>, rules: TokenRules): boolean {
  if (rules.trustedScope === undefined || !scopes.has(rules.trustedScope)) return false;
  const client = claims.azp ?? claims.client_id;
  return rules.trustedClients.includes(ANY_CLIENT)
    || typeof client === 'string' && rules.trustedClients.includes(client);
}

function readTokenCaller(claims: Claims, { userClaim, groupsClaim, tenantClaim }: TokenRules): Caller {
  const userId = readName(claims, userClaim);
  if (userId === undefined) throw new TokenError('no user');
  const groups = readGroups(readClaim(claims, groupsClaim));
  if (tenantClaim === undefined) return { userId, groups };
  const tenantId = readName(claims, tenantClaim);
  if (tenantId === undefined) throw new TokenError('no tenant');
  return { tenantId, userId, groups };
}

function readClaim(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function readName(claims: Claims, claim: string): string | undefined {
  const value = readClaim(claims, claim);
  return typeof value === 'string' && NAME.test(value) ? value : undefined;
}

/** The groups that fit, in their order. Those that are no group names count for nothing. */
function readGroups(claim: unknown): string[] {
  if (claim === undefined || claim === null) return [];
  if (typeof claim !== 'string' && !Array.isArray(claim)) throw new TokenError('claim type');
  const groups: string[] = [];
  let bytes = 0;
  for (const group of [claim].flat() as unknown[]) {
    if (typeof group !== 'string' || !NAME.test(group)) continue;
    // A name has one byte for each character, and a comma before it but for the first.
    bytes += group.length + (groups.length > 0 ? 1 : 0);
    if (bytes > PRINCIPAL_LIMITS.TOKEN_GROUPS_BYTES) break;
    groups.push(group);
  }
  return groups;
}
