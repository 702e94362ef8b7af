import {
  EDGE_TYPES, EVENT_SCHEMA_VERSION, EVENT_STATUSES, type EventDetail, type EventType, type EventVariant,
  type ImageRecord, parseOwnerPath, type VariantRecord,
} from '../../../src/contract';

export interface DescribeOptions {
  readonly includeUserId: boolean;
}

/** A record before and after one write. Undefined: there was no record, or there is none any more. */
export interface Change {
  readonly before?: ImageRecord;
  readonly after?: ImageRecord;
}

/**
 * The event of a change, if the change is one: an existing record entered another status, or a ready image is shared
 * with others than before. Everything else is silent: new records, other edits, reprocessing, and the end of
 * tombstones. Facets, leases and slots have no status.
 */
export function describeChange({ before, after }: Change, options: DescribeOptions): EventDetail | undefined {
  if (!before || !after) return undefined;
  const type = findType(before, after);
  return type && { ...describeImage(type, before, after, options), ...DETAILS[type](after, options) };
}

function findType(before: ImageRecord, after: ImageRecord): EventType | undefined {
  if (before.status !== after.status) return EDGE_TYPES.find(known => EVENT_STATUSES[known] === after.status);
  return after.status === 'ready' && before.sharing_version !== after.sharing_version ? 'shared' : undefined;
}

function describeImage(
  status: EventType, before: ImageRecord, { image_id, version, updated_at, object_key, owner }: ImageRecord,
  { includeUserId }: DescribeOptions,
): EventDetail {
  return {
    event_id: `${image_id}:${version}:${status}`,
    schema_version: EVENT_SCHEMA_VERSION,
    image_id,
    version,
    status,
    previous_status: before.status,
    updated_at,
    owner: parseOwnerPath(object_key)!.split('/')[1],
    // An owner with a tenant is `<t>#<user>`; `#` cannot occur in user ids.
    ...includeUserId && { user_id: owner.slice(owner.indexOf('#') + 1) },
  };
}

/** The further fields of each event. */
const DETAILS: Record<EventType, (record: ImageRecord, options: DescribeOptions) => Partial<EventDetail>> = {
  ready: (record, options) => ({
    ...describeUpload(record),
    width: record.width ?? null,
    height: record.height ?? null,
    format: record.format ?? null,
    animated: record.animated ?? null,
    variants: (record.variants ?? []).map(describeVariant),
    ...describeSharing(record, options),
  }),
  rejected: record => ({ ...describeUpload(record), rejection_code: record.rejection?.code }),
  failed: record => ({ ...describeUpload(record), failure_code: record.last_error?.code ?? null }),
  deleted: () => ({}),
  shared: describeSharing,
};

function describeSharing(
  { visibility, shared_with = [] }: ImageRecord, { includeUserId }: DescribeOptions,
): Partial<EventDetail> {
  return { visibility: visibility ?? 'private', share_count: shared_with.length, ...includeUserId && { shared_with } };
}

function describeUpload({ content_type, size }: ImageRecord): Partial<EventDetail> {
  return { content_type, size };
}

function describeVariant({ name, format, width, height, size }: VariantRecord): EventVariant {
  return { name, content_type: `image/${format}`, width, height, size: size ?? null };
}
