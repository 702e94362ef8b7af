import { buildOwner, isService, type Viewer } from './caller';
import { buildGroupPartition, buildSharedPartition, type ImageRecord, SHARING } from '../../src/contract';

/** The tenant segment of an owner `<t>#<user>`; undefined if tenancy is off. */
function parseTenantSegment(owner: string): string | undefined {
  const end = owner.indexOf('#');
  return end === -1 ? undefined : owner.slice(0, end);
}

/** Partition of `by_user` that lists the images shared with an entry of `shared_with`, in the tenant of the owner. */
export function buildSharePartition(owner: string, entry: string): string {
  const tenant = parseTenantSegment(owner);
  if (entry.startsWith(SHARING.GROUP)) return buildGroupPartition(entry.slice(SHARING.GROUP.length), tenant);
  const user = entry.slice(SHARING.USER.length);
  return buildSharedPartition(tenant === undefined ? user : `${tenant}#${user}`);
}

/** Whether the viewer sees everything about the image, in every status. The viewer is of the image's tenant. */
export function hasOwnerView(record: ImageRecord, viewer: Viewer): boolean {
  return isService(viewer) || record.owner === buildOwner(viewer);
}

/** Whether the viewer may see the image. The viewer is of the image's tenant (`canBeId`). */
export function canView(record: ImageRecord, viewer: Viewer): boolean {
  if (isService(viewer) || hasOwnerView(record, viewer)) return true;
  if (record.status !== 'ready') return false;
  if (record.visibility === 'public') return true;
  const { shared_with = [] } = record;
  return shared_with.includes(SHARING.USER + viewer.userId)
    || (viewer.groups ?? []).some(group => shared_with.includes(SHARING.GROUP + group));
}
