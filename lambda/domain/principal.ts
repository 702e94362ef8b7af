import { createHash } from 'node:crypto';
import { base32 } from './base32';
import { NO_TENANT, SEGMENTS } from '../../src/contract';

/** On whose behalf a request acts. `tenantId` is absent where tenancy is off. */
export interface Principal {
  readonly tenantId?: string;
  readonly userId: string;
}

/** `t` of keys and paths. */
export function tenantSegment({ tenantId }: Principal): string {
  return tenantId === undefined ? NO_TENANT : segmentOf(tenantId);
}

/**
 * `u` of keys and paths. Keys, URLs, signed policies, logs and invalidations carry it, so it tells nothing of a person, and holds only characters
 * that CloudFront invalidates. The hash covers the tenant: one user id in two tenants makes two segments.
 */
export function userSegment({ tenantId, userId }: Principal): string {
  return segmentOf(JSON.stringify([tenantId ?? null, userId]));
}

const SEGMENT_LENGTH = 26;

/** The leading digits of SHA-256 as a number of 52 digits. Segments have one length, so none is a prefix of another. */
function segmentOf(text: string): string {
  return base32(createHash('sha256').update(text, 'utf8').digest()).slice(0, SEGMENT_LENGTH).toLowerCase();
}

/** Value of `owner` and `user_id`: what the index is partitioned by. */
export function ownerOf(principal: Principal): string {
  return principal.tenantId === undefined ? principal.userId : `${tenantSegment(principal)}#${principal.userId}`;
}

const USER_SEGMENT = new RegExp(`^${SEGMENTS.USER}$`);

/** Whether these segments of a key are the owner's. An owner holds its tenant's hash, which tells no user's segment: there the shape must do. */
export function areSegmentsOf(owner: string, tenant: string, user: string): boolean {
  const [first, second] = owner.split('#');
  if (second === undefined) return tenant === NO_TENANT && user === userSegment({ userId: owner });
  return tenant === first && USER_SEGMENT.test(user);
}
