import { createHash } from 'node:crypto';
import { base32 } from './base32';
import { NO_TENANT } from '../../src/contract';

/** On whose behalf a request acts. `tenantId` is absent where tenancy is off. */
export interface Principal {
  readonly tenantId?: string;
  readonly userId: string;
}

/** `t` of the data layout: a fixed length, so that no tenant is a prefix of another. */
export function tenantSegment(principal: Principal): string {
  if (principal.tenantId === undefined) return NO_TENANT;
  const digest = createHash('sha256').update(principal.tenantId, 'utf8').digest();
  return base32(digest).slice(0, 26).toLowerCase();
}

/** A user in a path: no `%`, `+`, `/` or dot of a caller ever reaches a key, a policy or a URL. */
export function userSegment(userId: string): string {
  return Buffer.from(userId, 'utf8').toString('latin1')
    .replace(/[^A-Za-z0-9_-]/g, char => `~${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** Value of `owner` and `user_id`: what the index is partitioned by. */
export function ownerOf(principal: Principal): string {
  return principal.tenantId === undefined ? principal.userId : `${tenantSegment(principal)}#${principal.userId}`;
}
