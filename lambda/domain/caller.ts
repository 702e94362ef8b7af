import { createHash } from 'node:crypto';
import { encodeBase32 } from './base32';
import { NO_TENANT, SEGMENTS } from '../../src/contract';

/** On whose behalf a request acts. `tenantId` is absent where tenancy is off. */
export interface Caller {
  readonly tenantId?: string;
  readonly userId: string;
}

/** `t` of keys and paths. */
export function computeTenantSegment({ tenantId }: Caller): string {
  return tenantId === undefined ? NO_TENANT : computeSegment(tenantId);
}

/**
 * `u` of keys and paths. Keys, URLs, signed policies, logs and invalidations carry it, so it tells nothing of a person, and holds only characters
 * that CloudFront invalidates. The hash covers the tenant: one user id in two tenants makes two segments.
 */
export function computeUserSegment({ tenantId, userId }: Caller): string {
  return computeSegment(JSON.stringify([tenantId ?? null, userId]));
}

const SEGMENT_LENGTH = 26;

/** The leading digits of SHA-256 as a number of 52 digits. Segments have one length, so none is a prefix of another. */
function computeSegment(text: string): string {
  return encodeBase32(createHash('sha256').update(text, 'utf8').digest()).slice(0, SEGMENT_LENGTH).toLowerCase();
}

/** Value of `owner` and `user_id`: what the index is partitioned by. */
export function buildOwner(caller: Caller): string {
  return caller.tenantId === undefined ? caller.userId : `${computeTenantSegment(caller)}#${caller.userId}`;
}

const USER_SEGMENT = new RegExp(`^${SEGMENTS.USER}$`);

/** Whether these segments of a key are the owner's. An owner holds its tenant's hash, which tells no user's segment: there the shape must do. */
export function areOwnSegments(owner: string, tenant: string, user: string): boolean {
  const [first, second] = owner.split('#');
  if (second === undefined) return tenant === NO_TENANT && user === computeUserSegment({ userId: owner });
  return tenant === first && USER_SEGMENT.test(user);
}
