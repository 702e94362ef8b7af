import { createHash } from 'node:crypto';
import { encodeBase32 } from './base32';
import { type Caller, computeTenantSegment, type Viewer } from './caller';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

function withTenant(caller: Caller, ulid: string): string {
  return caller.tenantId === undefined ? ulid : `${computeTenantSegment(caller)}.${ulid}`;
}

/** 48 bits of time and 80 random bits (https://github.com/ulid/spec). */
export function createId(caller: Caller, now: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  return withTenant(caller, encodeBase32(bytes));
}

/** The same caller and key always give the same id. */
export function deriveId(caller: Caller, key: string): string {
  const subject = JSON.stringify([caller.tenantId ?? null, caller.userId, key]);
  return withTenant(caller, encodeBase32(createHash('sha256').update(subject, 'utf8').digest().subarray(0, 16)));
}

const ANY_ID = /^(?:[0-9a-z]{26}\.)?[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether a text has the form of an id. Log lines may hold no other text of a path. */
export function isId(text: string): boolean {
  return ANY_ID.test(text);
}

/** Whether an image of this caller could have this id. Saves the read of an id that no image can have. */
export function canBeId(caller: Viewer, id: string): boolean {
  if (caller.tenantId === undefined) return ULID.test(id);
  const prefix = `${computeTenantSegment(caller)}.`;
  return id.startsWith(prefix) && ULID.test(id.slice(prefix.length));
}
