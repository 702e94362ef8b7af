import type { Report } from './finding';
import { areSegmentsOf } from './owner-segments';
import { type AnyImageRow, isAside, LISTED, publicId, TOMBSTONES, UNFINISHED, WAITING } from './row-kinds';
import { isEpochMs, isEpochSeconds } from './times';
import {
  FAILURE_CODES, IMAGE_TYPES, MIN_DELETED_RECORD_DAYS, PREFIXES, REJECTION_CODES, STATUSES, SWEEP, SWEEP_GROUPS,
} from '../../src/contract';

type Rule = (row: AnyImageRow, report: Report) => void;

const ISO_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
const among = (values: readonly unknown[]) => (value: unknown) => values.includes(value);
const isString = (value: unknown): value is string => typeof value === 'string' && value !== '';

const REQUIRED: Partial<Record<keyof AnyImageRow, (value: unknown) => boolean>> = {
  owner: isString,
  status: among(STATUSES),
  version: isCount,
  object_key: isString,
  url_until: value => isEpochMs(value),
  updated_at: value => isString(value) && ISO_MS.test(value),
};

/** Attributes of every image that is not a tombstone. */
const DESCRIBED: typeof REQUIRED = { size: isCount, content_type: among(IMAGE_TYPES) };

/** Descriptive attributes: a tombstone has lost all of them. */
const DESCRIPTION = [
  'animated', 'checksum_sha256', 'content_type', 'etag', 'filename', 'format', 'height', 'last_error', 'placeholder',
  'rejection', 'remake_lease', 'shared_with', 'sharing_version', 'size', 'sniffed_type', 'tags',
  'uploaded_at', 'variants', 'visibility', 'width',
] as const;

const attributes: Rule = (row, report) => {
  const required = TOMBSTONES.includes(row.status) ? REQUIRED : { ...REQUIRED, ...DESCRIBED };
  for (const [name, isValid] of Object.entries(required)) {
    const value = row[name as keyof AnyImageRow];
    if (!isValid(value)) report('I3', `"${name}" cannot be ${JSON.stringify(value)}`);
  }
};

const objectKey: Rule = (row, report) => {
  const [prefix, tenant, user, id, nonce, ...rest] = String(row.object_key).split('/');
  const fits = `${prefix}/` === PREFIXES.ORIGINALS && id === publicId(row) && isString(nonce) && rest.length === 0;
  if (!fits) {report('I3', `"object_key" ${JSON.stringify(row.object_key)} is no key of this image`);} else if (!areSegmentsOf(row.owner, tenant, user)) {
    report('I3', `"object_key" ${JSON.stringify(row.object_key)} is no key of its owner`);
  }
};

const listing: Rule = (row, report) => {
  if (!LISTED.includes(row.status)) {
    if (row.user_id !== undefined || row.created_at !== undefined) {
      report('I3', `a ${row.status} row is in the index by_user`);
    }
    return;
  }
  if (row.user_id !== row.owner) {
    report('I3', `"user_id" ${JSON.stringify(row.user_id)} is not the owner ${JSON.stringify(row.owner)}`);
  }
  const [time, id, ...rest] = String(row.created_at).split('#');
  if (!ISO_MS.test(time) || id !== row.image_id || rest.length > 0) {
    report('I3', `"created_at" cannot be ${JSON.stringify(row.created_at)}`);
  }
};

const tombstone: Rule = (row, report) => {
  if (!TOMBSTONES.includes(row.status)) return;
  for (const name of DESCRIPTION) {
    if (row[name] !== undefined) report('I5', `a ${row.status} row still holds "${name}"`);
  }
};

const outcome: Rule = (row, report) => {
  if (row.status === 'ready' && !isString(row.etag)) report('I1', 'a ready row has no "etag"');
  const code = (row.rejection as { code?: unknown } | undefined)?.code;
  if (row.status === 'rejected' && !among(REJECTION_CODES)(code)) {
    report('I3', `a rejected row's code cannot be ${JSON.stringify(code)}`);
  }
  if (row.status === 'ready' && row.rejection !== undefined) report('I3', 'a ready row holds a rejection');
};

/** Statuses that keep the cause of their last failed try. */
const MAY_HAVE_FAILED = ['processing', 'failed'];

/** The operator's command lists failed images with their causes. */
const lastError: Rule = (row, report) => {
  if (row.last_error === undefined) {
    if (row.status === 'failed') report('I3', 'a failed row has no "last_error"');
    return;
  }
  const { code, at, ...rest } = row.last_error as { readonly code?: unknown; readonly at?: unknown };
  if (!among(FAILURE_CODES)(code) || !isString(at) || !ISO_MS.test(at) || Object.keys(rest).length > 0) {
    report('I3', `"last_error" cannot be ${JSON.stringify(row.last_error)}`);
  }
  if (!MAY_HAVE_FAILED.includes(String(row.status))) report('I3', `a ${row.status} row holds the error of a try`);
};

const SHARE = /^(user|group):[A-Za-z0-9._@|:+=-]{1,128}$/;

/** Absent attributes stand for a private image that is shared with nobody. */
const sharing: Rule = ({ visibility, shared_with: shares }, report) => {
  if (visibility !== undefined && visibility !== 'public') {
    report('I3', `"visibility" cannot be ${JSON.stringify(visibility)}`);
  }
  if (shares === undefined) return;
  const isList = Array.isArray(shares) && shares.length > 0 && shares.length <= 20
    && shares.every(entry => SHARE.test(String(entry))) && new Set(shares).size === shares.length;
  if (!isList) report('I3', `"shared_with" cannot be ${JSON.stringify(shares)}`);
};

const REQUEST_ID = /^[\w=-]{1,64}$/;

/** Records of older releases have neither. */
const origin: Rule = ({ request_id, uploaded_at }, report) => {
  if (request_id !== undefined && !(isString(request_id) && REQUEST_ID.test(request_id))) {
    report('I3', `"request_id" cannot be ${JSON.stringify(request_id)}`);
  }
  if (uploaded_at !== undefined && !isEpochMs(uploaded_at)) {
    report('I3', `"uploaded_at" cannot be ${JSON.stringify(uploaded_at)}`);
  }
};

const claimEnd: Rule = ({ claim_until }, report) => {
  if (claim_until !== undefined && !isEpochMs(claim_until)) {
    report('I3', `"claim_until" cannot be ${JSON.stringify(claim_until)}`);
  }
};

/** Unfinished rows must be scheduled for the sweeper; finished rows must not. */
const schedule: Rule = (row, report) => {
  const { due_at, sweep, status } = row;
  if ((due_at === undefined) !== (sweep === undefined)) {
    report('I3', '"due_at" and "sweep" must be there both or neither');
  }
  if (due_at !== undefined && !isEpochMs(due_at)) report('I3', `"due_at" cannot be ${JSON.stringify(due_at)}`);
  if (sweep !== undefined && !(Number.isInteger(sweep) && Number(sweep) >= 0
    && Number(sweep) < SWEEP.SHARDS * Object.keys(SWEEP_GROUPS).length)) {
    report('I3', `"sweep" cannot be ${JSON.stringify(sweep)}`);
  }
  const unfinished = UNFINISHED.includes(status) || (status === 'expired' && row.expires_at === undefined);
  if (unfinished && due_at === undefined) {
    report('I2', `a ${status} row has no date with the sweeper: it stays for ever`);
  }
  const isEnding = status === 'ready' && (row.public_until !== undefined || row.unpublished !== undefined);
  if (due_at !== undefined && (status === 'ready' || status === 'deleted') && !isEnding) {
    report('I3', `a ${status} row is due`);
  }
};

const expiry: Rule = (row, report) => {
  if (row.expires_at === undefined) {
    if (row.status === 'deleted' && row.request_hash === undefined) {
      report('I3', 'a tombstone without idempotency key never expires');
    }
    return;
  }
  if (!isEpochSeconds(row.expires_at)) report('I3', `"expires_at" cannot be ${JSON.stringify(row.expires_at)}`);
  if (row.status !== 'deleted' && row.status !== 'expired') report('I4', `a ${row.status} row expires`);
  if (row.status === 'deleted' && row.request_hash !== undefined) {
    report('I5', 'a tombstone with an idempotency key expires');
  }
  const earliest = Date.parse(String(row.updated_at)) / 1000 + MIN_DELETED_RECORD_DAYS * 86_400;
  if (!(Number(row.expires_at) >= earliest)) report('I5', `a tombstone expires within ${MIN_DELETED_RECORD_DAYS} days`);
};

/**
 * A row that waits for an invalidation has no variants left, or is retried; until then it stays scheduled for the
 * sweeper.
 */
const invalidation: Rule = (row, report) => {
  if (row.invalidate === undefined) return;
  if (!isCount(row.invalidate)) report('I3', `"invalidate" cannot be ${JSON.stringify(row.invalidate)}`);
  if (!WAITING.includes(row.status)) report('I5', `a ${row.status} row still waits for an invalidation`);
  if (row.due_at === undefined) report('I5', 'it waits for an invalidation, and nobody visits it');
};

/** The copies of an image that was public, and the CDN's: it stays scheduled until they are gone. */
const publication: Rule = (row, report) => {
  const { public_until, unpublished, status, due_at } = row;
  if (public_until === undefined && unpublished === undefined) return;
  if (public_until !== undefined && !isEpochMs(public_until)) {
    report('I3', `"public_until" cannot be ${JSON.stringify(public_until)}`);
  }
  if (unpublished !== undefined && !isCount(Math.abs(Number(unpublished)))) {
    report('I3', `"unpublished" cannot be ${JSON.stringify(unpublished)}`);
  }
  if (status !== 'ready' && status !== 'deleting') report('I5', `a ${status} row still waits for its public copies to go`);
  if (row.visibility === 'public') report('I3', 'a public row waits for its public copies to go');
  if (due_at === undefined) report('I5', 'it waits for its public copies to go, and nobody visits it');
};

const aside: Rule = (row, report) => {
  if (isAside(row) && row.status !== 'expired') report('I3', `a row set aside cannot be ${row.status}`);
};

/** The rules for a single image row. */
export const ROW_RULES: readonly Rule[] = [
  attributes, objectKey, listing, tombstone, outcome, lastError, sharing, origin, claimEnd, schedule, expiry,
  invalidation, publication, aside,
];
