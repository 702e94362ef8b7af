import { createHash } from 'node:crypto';
import { encodeBase32 } from './base32';
import { type Caller, computeTenantSegment } from './caller';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

function withTenant(principal: Caller, ulid: string): string {
  return principal.tenantId === undefined ? ulid : `${computeTenantSegment(principal)}.${ulid}`;
}

/** 48 bits of time and 80 of chance (https://github.com/ulid/spec). */
export function createId(principal: Caller, now: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  return withTenant(principal, encodeBase32(bytes));
}

/** The same principal and key always name the same image. */
export function deriveId(principal: Caller, key: string): string {
  const subject = JSON.stringify([principal.tenantId ?? null, principal.userId, key]);
  return withTenant(principal, encodeBase32(createHash('sha256').update(subject, 'utf8').digest().subarray(0, 16)));
}

/** Whether an image of this principal could have this id: saves a read for what cannot be there. */
export function canBeId(principal: Caller, id: string): boolean {
  if (principal.tenantId === undefined) return ULID.test(id);
  const prefix = `${computeTenantSegment(principal)}.`;
  return id.startsWith(prefix) && ULID.test(id.slice(prefix.length));
}
