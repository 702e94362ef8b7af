import { explainRejection } from './explain-rejection';
import type { StoredObject } from './ports';
import type { ImageRecord, ImageType, Rejection } from '../../src/contract';

/** Enough for every signature of the sniffer and the brands of an ISO base media file. */
export const SNIFF_BYTES = 512;

export type Verdict = { readonly type: ImageType } | { readonly rejection: Rejection };

function reject(code: Rejection['code'], why: string, fix: string): Verdict {
  return { rejection: { code, message: explainRejection(why, fix) } };
}

/** Undefined means no objection. S3 holds an upload to the signed length, but not other writers. */
export function judgeSize(record: ImageRecord, object: StoredObject): Verdict | undefined {
  if (object.size === record.size) return undefined;
  return reject(
    'SIZE_MISMATCH',
    `The upload has ${object.size} bytes, but its declared size is ${record.size}: they must be equal`,
    'the file again, with its actual size declared',
  );
}

/** Uploaders can send unsigned headers. A content-encoding would turn the checked bytes into unchecked ones. */
export function judgeEncoding({ contentEncoding }: StoredObject): Verdict | undefined {
  if (!contentEncoding || contentEncoding === 'identity') return undefined;
  return reject(
    'CORRUPT',
    'The upload has a content-encoding, which is not allowed',
    'the file without an encoding, with exactly the headers of the upload request',
  );
}

export function judgeDigest(record: ImageRecord, digest: string): Verdict | undefined {
  if (digest === record.checksum_sha256) return undefined;
  const why = `The SHA-256 of the upload is ${digest}, but ${record.checksum_sha256} was declared: they must be equal`;
  return reject('CORRUPT', why, 'the file again, with its actual checksum declared');
}

/** HEIC is the HEVC profile of HEIF, and cameras name one as the other: they count as one type. */
const FAMILY: Partial<Record<ImageType, string>> = { 'image/heic': 'heif', 'image/heif': 'heif' };

function getFamily(type: ImageType): string {
  return FAMILY[type] ?? type;
}

export function judgeStart(record: ImageRecord, type: ImageType | undefined, accept: readonly string[]): Verdict {
  if (type !== undefined && getFamily(type) === getFamily(record.content_type)) return { type };
  const isAccepted = type !== undefined && accept.includes(type);
  const why = `The upload was declared as ${record.content_type}, but its leading bytes are of ${isAccepted ? type : nameOther(type)}`;
  return isAccepted
    ? reject('TYPE_MISMATCH', `${why}: they must match`, `the file again, declared as ${type}`)
    : reject('UNSUPPORTED_TYPE', why, `a copy of an accepted type: ${accept.join(', ')}`);
}

function nameOther(type: ImageType | undefined): string {
  return type === undefined ? 'no known image type' : `${type}, which is not accepted`;
}
