import {
  type FacetRecord,
  type ImageRecord,
  buildLeaseId,
  type LeaseRecord,
  REJECTED_BYTES_PREFIX,
  type RejectedBytesRecord,
  SLOT_PREFIX,
} from '../contract';

/**
 * The items and attributes that each function may write (docs/security.md). Indexes, the sweeper and time to live use
 * attributes of any item. So a permission limited by keys alone would let a writer of leases write items that look like
 * images.
 *
 * `dynamodb:Attributes` lists the top-level attributes of a request: those of `Item`, and those in update and condition
 * expressions (Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control").
 */
export interface TableRights {
  readonly actions: string[];
  readonly conditions: Record<string, Record<string, string | string[]>>;
}

/** The compiler demands each attribute of a record in this object. */
const IMAGE: Readonly<Record<keyof ImageRecord, true>> = {
  image_id: true,
  owner: true,
  user_id: true,
  created_at: true,
  updated_at: true,
  status: true,
  version: true,
  object_key: true,
  url_until: true,
  uploaded_at: true,
  attempt: true,
  tries: true,
  claim_until: true,
  last_error: true,
  remake_lease: true,
  variants: true,
  content_type: true,
  sniffed_type: true,
  size: true,
  etag: true,
  filename: true,
  tags: true,
  visibility: true,
  shared_with: true,
  sharing_version: true,
  rejection: true,
  request_hash: true,
  request_id: true,
  invalidate: true,
  public_until: true,
  unpublished: true,
  sweep: true,
  due_at: true,
  expires_at: true,
  width: true,
  height: true,
  format: true,
  animated: true,
  placeholder: true,
  checksum_sha256: true,
};
const FACET: Readonly<Record<keyof FacetRecord, true>> = {
  image_id: true,
  user_id: true,
  created_at: true,
};
const LEASE: Readonly<Record<keyof LeaseRecord, true>> = {
  image_id: true,
  holder: true,
  lease_until: true,
  expires_at: true,
};
const REJECTED_BYTES: Readonly<Record<keyof RejectedBytesRecord, true>> = {
  image_id: true,
  rejection: true,
  expires_at: true,
};

const LEASE_KEY = buildLeaseId('*', '*');
const REJECTED_BYTES_KEY = `${REJECTED_BYTES_PREFIX}*`;
const SLOT_KEY = `${SLOT_PREFIX}*`;

/** Set once by the API function: the owner, and the id and the hash of the create request. */
const CREATE_ATTRIBUTES: readonly (keyof ImageRecord)[] = ['owner', 'request_hash', 'request_id'];
/** Set by the API function, and removed from tombstones by the sweeper. */
const CALLER_ATTRIBUTES: readonly (keyof ImageRecord)[] = [
  'filename', 'tags', 'visibility', 'shared_with', 'sharing_version', 'content_type', 'size', 'url_until',
  'expires_at', 'public_until', 'unpublished',
];

/**
 * Puts of items with these keys only, by single requests. `ForAllValues` matches an absent key, so both keys must be
 * present (AWS IAM User Guide, "Set operators for multivalued context keys").
 */
function buildPutRights(keys: string[], attributes: object): TableRights {
  return {
    actions: ['dynamodb:PutItem'],
    conditions: {
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': listNames(attributes) },
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
      'Null': { 'dynamodb:Attributes': 'false', 'dynamodb:LeadingKeys': 'false' },
    },
  };
}

/**
 * Writes of records and facets. One transaction writes both, so both have one statement. It holds whether AWS evaluates
 * the keys and attributes of a transaction one by one or together.
 */
function buildImageRights(actions: string[], attributes?: readonly string[]): TableRights {
  return {
    actions,
    conditions: {
      ...attributes && { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...attributes] } },
      'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': [LEASE_KEY, REJECTED_BYTES_KEY, SLOT_KEY] },
    },
  };
}

function listNames(attributes: object, without: readonly string[] = []): string[] {
  return Object.keys(attributes).filter(name => !without.includes(name)).sort();
}

const PUT_AND_UPDATE = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

export const API_WRITES = [buildImageRights(['dynamodb:DeleteItem', ...PUT_AND_UPDATE])];

/** The sweeper adds facets, but never deletes one. */
export const SWEEPER_WRITES = [buildImageRights(PUT_AND_UPDATE, listNames({ ...IMAGE, ...FACET }, CREATE_ATTRIBUTES))];

export const WORKER_WRITES = [
  buildImageRights(PUT_AND_UPDATE, listNames({ ...IMAGE, ...FACET }, [...CREATE_ATTRIBUTES, ...CALLER_ATTRIBUTES])),
  buildPutRights([REJECTED_BYTES_KEY], REJECTED_BYTES),
  buildPutRights([SLOT_KEY], LEASE),
];

/** Leases and rejected bytes: no records of images, and no attributes that an index or the sweeper reads. */
export const TRANSFORM_WRITES = [buildPutRights([LEASE_KEY, REJECTED_BYTES_KEY], { ...LEASE, ...REJECTED_BYTES })];

/** Writes of a redrive. */
export const OPERATOR_WRITES = [buildImageRights(['dynamodb:UpdateItem'], [
  'attempt', 'claim_until', 'due_at', 'image_id', 'object_key', 'status', 'sweep', 'tries', 'updated_at', 'version',
] satisfies (keyof ImageRecord)[])];

const ACCEPTED = buildImageRights(
  ['dynamodb:UpdateItem'], ['image_id', 'invalidate', 'object_key', 'unpublished'] satisfies (keyof ImageRecord)[],
);

/**
 * The invalidator has no read permission, so an update may return only the attributes that it wrote. IAM has no key for
 * the item that a failed condition returns.
 */
export const INVALIDATOR_WRITES = [{
  ...ACCEPTED,
  conditions: {
    ...ACCEPTED.conditions,
    StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_NEW', 'UPDATED_OLD'] },
  },
}];
