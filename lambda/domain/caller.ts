import { createHash } from 'node:crypto';
import { encodeBase32 } from './base32';
import { NO_TENANT, SEGMENTS } from '../../src/contract';

/** The user that a request acts for. `tenantId` is absent if tenancy is off. */
export interface Caller {
  readonly tenantId?: string;
  readonly userId: string;
  /** Groups of the user, for images that are shared with a group. */
  readonly groups?: readonly string[];
}

/** A trusted backend that acts for no user: it may read every image of the tenant. */
export interface ServiceCaller {
  readonly service: true;
  readonly tenantId?: string;
}

/** Anybody that may read an image. */
export type Viewer = Caller | ServiceCaller;

export function isService(viewer: Viewer): viewer is ServiceCaller {
  return 'service' in viewer;
}

/** Segment `t` of keys and paths. */
export function computeTenantSegment({ tenantId }: Viewer): string {
  return tenantId === undefined ? NO_TENANT : computeSegment(tenantId);
}

/**
 * Segment `u` of keys and paths. Keys, URLs, signed policies, logs and invalidations carry it, so it reveals no user
 * id. It holds only characters that CloudFront invalidates. The hash covers the tenant: one user id in two tenants
 * makes two segments.
 */
export function computeUserSegment({ tenantId, userId }: Caller): string {
  return computeSegment(JSON.stringify([tenantId ?? null, userId]));
}

const SEGMENT_LENGTH = 26;

/**
 * The leading digits of SHA-256 as a number of 52 digits. All segments have one length, so no segment is a prefix of
 * another.
 */
function computeSegment(text: string): string {
  return encodeBase32(createHash('sha256').update(text, 'utf8').digest()).slice(0, SEGMENT_LENGTH).toLowerCase();
}

/** Value of `owner` and `user_id`: the partition key of the index. */
export function buildOwner(caller: Caller): string {
  return caller.tenantId === undefined ? caller.userId : `${computeTenantSegment(caller)}#${caller.userId}`;
}

/** The user id in an owner: no user id has a `#`. */
export function readUserId(owner: string): string {
  return owner.slice(owner.indexOf('#') + 1);
}

const USER_SEGMENT = new RegExp(`^${SEGMENTS.USER}$`);

/**
 * Whether these segments of a key belong to the owner. An owner with a tenant holds only the tenant's hash, from which
 * no user segment can be computed: there the shape must do.
 */
export function areOwnSegments(owner: string, tenant: string, user: string): boolean {
  const [first, second] = owner.split('#');
  if (second === undefined) return tenant === NO_TENANT && user === computeUserSegment({ userId: owner });
  return tenant === first && USER_SEGMENT.test(user);
}
