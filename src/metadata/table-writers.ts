import { type FacetRow, type ImageRow, buildLeaseId, type LeaseRow, REJECTED_BYTES_PREFIX, type RejectedBytesRow, SLOT_PREFIX } from '../contract';

/**
 * Which function writes which items and attributes (docs/security.md). Indexes, the sweeper and time to live act on attributes, whatever the key of
 * their item, so a right that names keys only lets a writer of leases write what looks like an image.
 *
 * `dynamodb:Attributes` lists the top-level attributes that a request names: those of `Item`, and those of update and condition expressions (Amazon
 * DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control").
 */
export interface TableRights {
  readonly actions: string[];
  readonly conditions: Record<string, Record<string, string | string[]>>;
}

/** The compiler demands each attribute of a record here. */
const IMAGE: Readonly<Record<keyof ImageRow, true>> = {
  image_id: true,
  owner: true,
  user_id: true,
  created_at: true,
  updated_at: true,
  status: true,
  version: true,
  object_key: true,
  url_until: true,
  attempt: true,
  tries: true,
  claim_until: true,
  remake_lease: true,
  variants: true,
  content_type: true,
  sniffed_type: true,
  size: true,
  etag: true,
  filename: true,
  tags: true,
  rejection: true,
  request_hash: true,
  invalidate: true,
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
const FACET: Readonly<Record<keyof FacetRow, true>> = {
  image_id: true,
  user_id: true,
  created_at: true,
};
const LEASE: Readonly<Record<keyof LeaseRow, true>> = {
  image_id: true,
  holder: true,
  lease_until: true,
  expires_at: true,
};
const REFUSAL: Readonly<Record<keyof RejectedBytesRow, true>> = {
  image_id: true,
  rejection: true,
  expires_at: true,
};

const LEASE_KEY = buildLeaseId('*', '*');
const REFUSAL_KEY = `${REJECTED_BYTES_PREFIX}*`;
const SLOT_KEY = `${SLOT_PREFIX}*`;

/** Set once, by the API function: to whom an image belongs, and what its upload was declared to be. */
const CREATE_ATTRIBUTES: readonly (keyof ImageRow)[] = ['owner', 'request_hash'];
/** Set by the API function, and removed from tombstones by the sweeper. */
const CALLER_ATTRIBUTES: readonly (keyof ImageRow)[] = ['filename', 'tags', 'content_type', 'size', 'url_until', 'expires_at'];

/**
 * Items of these kinds and no others, by single requests. `ForAllValues` holds for a key that is not there, so both must be there (AWS IAM User Guide,
 * "Set operators for multivalued context keys").
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
 * Records and facets. One transaction writes both, so both have one statement: it holds whether AWS looks at the keys and attributes of a
 * transaction one by one or all together.
 */
function buildImageRights(actions: string[], attributes?: readonly string[]): TableRights {
  return {
    actions,
    conditions: {
      ...attributes && { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...attributes] } },
      'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': [LEASE_KEY, REFUSAL_KEY, SLOT_KEY] },
    },
  };
}

function listNames(attributes: object, without: readonly string[] = []): string[] {
  return Object.keys(attributes).filter(name => !without.includes(name)).sort();
}

const PUT_AND_UPDATE = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];

export const API_WRITES = [buildImageRights(['dynamodb:DeleteItem', ...PUT_AND_UPDATE])];

/** The sweeper's edges add facets, but take none away. */
export const SWEEPER_WRITES = [buildImageRights(PUT_AND_UPDATE, listNames({ ...IMAGE, ...FACET }, CREATE_ATTRIBUTES))];

export const WORKER_WRITES = [
  buildImageRights(PUT_AND_UPDATE, listNames({ ...IMAGE, ...FACET }, [...CREATE_ATTRIBUTES, ...CALLER_ATTRIBUTES])),
  buildPutRights([REFUSAL_KEY], REFUSAL),
  buildPutRights([SLOT_KEY], LEASE),
];

/** Leases, and originals that a decoder died of: no image's record is among them, and no attribute that an index or the sweeper reads. */
export const TRANSFORM_WRITES = [buildPutRights([LEASE_KEY, REFUSAL_KEY], { ...LEASE, ...REFUSAL })];

/** A redrive. */
export const OPERATOR_WRITES = [buildImageRights(['dynamodb:UpdateItem'], [
  'attempt', 'claim_until', 'due_at', 'image_id', 'object_key', 'status', 'sweep', 'tries', 'updated_at', 'version',
] satisfies (keyof ImageRow)[])];

const ACCEPTED = buildImageRights(['dynamodb:UpdateItem'], ['image_id', 'invalidate', 'object_key'] satisfies (keyof ImageRow)[]);

/** It may read nothing, so no answer to an update may show more than it wrote. IAM has no key for the answer to a condition that fails. */
export const INVALIDATOR_WRITES = [{
  ...ACCEPTED,
  conditions: { ...ACCEPTED.conditions, StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_NEW', 'UPDATED_OLD'] } },
}];
