import * as v from 'valibot';
import { LIMITS, PRINCIPAL_NAME, SHARING, VISIBILITIES } from '../../src/contract';

/**
 * Fields of request bodies. Each message is the rule; the received value is added where faults are noted. Texts are
 * compared and stored in Unicode NFC, so that texts that look alike are alike.
 */

const FILENAME_RULE = `must be 1 to ${LIMITS.FILENAME_CODE_POINTS} characters without control characters, line separators or lone surrogates`;
const TAG_RULE = `must be 1 to ${LIMITS.TAG_CODE_POINTS} letters, marks, digits, spaces or ._:/- after trimming`;

function isFilename(text: string): boolean {
  return FILENAME.test(text) && Buffer.byteLength(text, 'utf8') <= LIMITS.FILENAME_BYTES;
}

/**
 * A code point outside the Basic Multilingual Plane is one character here, and a lone surrogate does not count as one.
 */
const FILENAME = new RegExp(`^[^\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]{1,${LIMITS.FILENAME_CODE_POINTS}}$`, 'u');

const TAG = new RegExp(`^[\\p{L}\\p{M}\\p{N} ._:/-]{1,${LIMITS.TAG_CODE_POINTS}}$`, 'u');

/**
 * Normalization takes quadratic time on a long run of combining marks: seconds for 64 KiB. So a longer text keeps its
 * form. Every rule here still rejects it, since NFC makes a text at most four times shorter.
 */
const MOST_NORMALISED = 8 * LIMITS.FILENAME_CODE_POINTS;

function normalise(text: string): string {
  return text.length > MOST_NORMALISED ? text : text.normalize('NFC');
}

export function normaliseTag(text: string): string {
  return normalise(text.trim().toLowerCase());
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

export { TAG_RULE };

/** 32 bytes in canonical base64. */
function isSha256(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === text;
}

const filename = v.pipe(v.string('must be a string'), v.transform(normalise), v.check(isFilename, FILENAME_RULE));

const tag = v.pipe(v.string('must be a string'), v.transform(normaliseTag), v.check(isTag, TAG_RULE));

const tags = v.pipe(
  v.array(tag, 'must be an array of strings'),
  v.transform(list => [...new Set(list)]),
  v.maxLength(LIMITS.TAGS, `must be at most ${LIMITS.TAGS} different tags`),
);

const SHARE = new RegExp(`^(?:${SHARING.USER}|${SHARING.GROUP})${PRINCIPAL_NAME}$`);
const SHARE_RULE = `must be user:<user_id> or group:<name>, and the name must match ^${PRINCIPAL_NAME}$`;

const share = v.pipe(v.string('must be a string'), v.regex(SHARE, SHARE_RULE));

const shares = v.pipe(
  v.array(share, 'must be an array of strings'),
  v.transform(list => [...new Set(list)]),
  v.maxLength(
    SHARING.MAX_ENTRIES, `must be at most ${SHARING.MAX_ENTRIES} different entries (share with more people by a group)`,
  ),
);

const visibility = v.picklist(VISIBILITIES, `must be ${VISIBILITIES.join(' or ')}`);

/** `null` for an optional field means that it is absent. */
export const FIELDS = {
  contentType: v.string('must be a string'),
  size: v.pipe(
    v.number('must be an integer of at least 1'),
    v.check(n => Number.isInteger(n) && n >= 1, 'must be an integer of at least 1'),
  ),
  filename: v.nullish(filename),
  tags: v.nullish(tags),
  visibility: v.nullish(visibility),
  sharedWith: v.nullish(shares),
  checksum: v.nullish(v.pipe(v.string('must be a string'), v.check(isSha256, 'must be the base64 of 32 bytes'))),
  imageIds: v.pipe(
    v.array(v.string('must be a string'), 'must be an array of strings'),
    v.check(ids => ids.length >= 1 && ids.length <= LIMITS.BATCH_IDS, `must be 1 to ${LIMITS.BATCH_IDS} ids`),
  ),
};
