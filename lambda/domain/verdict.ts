import type { StoredObject } from './ports';
import type { ImageRecord, ImageType, Rejection } from '../../src/contract';

/** Enough for every signature of the sniffer and the brands of an ISO base media file. */
export const SNIFF_BYTES = 512;

export type Verdict = { readonly type: ImageType } | { readonly rejection: Rejection };

function reject(code: Rejection['code'], message: string): Verdict {
  return { rejection: { code, message } };
}

/** Undefined means no objection. S3 holds an upload to the signed length, but not other writers. */
export function judgeSize(record: ImageRecord, object: StoredObject): Verdict | undefined {
  if (object.size === record.size) return undefined;
  return reject('SIZE_MISMATCH', `The upload has ${object.size} bytes, but ${record.size} were declared.`);
}

/** Uploaders can send unsigned headers. A content-encoding would turn the checked bytes into unchecked ones. */
export function judgeEncoding({ contentEncoding }: StoredObject): Verdict | undefined {
  if (!contentEncoding || contentEncoding === 'identity') return undefined;
  return reject('CORRUPT', 'The upload was sent with a content-encoding. Send the bytes as they are, with exactly the headers given.');
}

export function judgeDigest(record: ImageRecord, digest: string): Verdict | undefined {
  if (digest === record.checksum_sha256) return undefined;
  return reject('CORRUPT', 'The upload does not have the declared SHA-256.');
}

/** HEIC is the HEVC profile of HEIF, and cameras name one as the other: they count as one type. */
const FAMILY: Partial<Record<ImageType, string>> = { 'image/heic': 'heif', 'image/heif': 'heif' };

function getFamily(type: ImageType): string {
  return FAMILY[type] ?? type;
}

export function judgeStart(record: ImageRecord, type: ImageType | undefined, accept: readonly string[]): Verdict {
  if (type !== undefined && getFamily(type) === getFamily(record.content_type)) return { type };
  if (type === undefined || !accept.includes(type)) {
    return reject('UNSUPPORTED_TYPE', `The upload's leading bytes are of no accepted type; ${record.content_type} was declared.`);
  }
  return reject('TYPE_MISMATCH', `The upload's leading bytes are of ${type}, but ${record.content_type} was declared.`);
}
