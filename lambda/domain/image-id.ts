import { createHash } from 'node:crypto';
import { base32 } from './base32';
import { type Principal, tenantSegment } from './principal';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

function withTenant(principal: Principal, ulid: string): string {
  return principal.tenantId === undefined ? ulid : `${tenantSegment(principal)}.${ulid}`;
}

/** 48 bits of time and 80 of chance (https://github.com/ulid/spec). */
export function freshId(principal: Principal, now: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  return withTenant(principal, base32(bytes));
}

/** The same principal and key always name the same image. */
export function idempotentId(principal: Principal, key: string): string {
  const subject = JSON.stringify([principal.tenantId ?? null, principal.userId, key]);
  return withTenant(principal, base32(createHash('sha256').update(subject, 'utf8').digest().subarray(0, 16)));
}

/** Whether an image of this principal could have this id: saves a read for what cannot be there. */
export function canBeId(principal: Principal, id: string): boolean {
  if (principal.tenantId === undefined) return ULID.test(id);
  const prefix = `${tenantSegment(principal)}.`;
  return id.startsWith(prefix) && ULID.test(id.slice(prefix.length));
}
