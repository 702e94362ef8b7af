import { createHash, timingSafeEqual } from 'node:crypto';
import { LIMITS } from '../../src/contract';
import { ProblemError } from '../domain/errors';

/**
 * A cursor is a position and 128 bits of SHA-256 over it and its question. It needs no secret: the partition always
 * comes from the caller, so even a forged cursor reaches only the caller's own records.
 */
const DIGEST_BYTES = 16;

/** `question` is everything that a page depends on but for its size: caller, filters and order. */
export function encodeCursor(position: string, question: unknown): string {
  return Buffer.concat([digest(position, question), Buffer.from(position, 'utf8')]).toString('base64url');
}

/** Throws `invalid-cursor` for a changed cursor, one of another question, and one without a valid position. */
export function decodeCursor(cursor: string, question: unknown, isPosition: (text: string) => boolean): string {
  const position = findPosition(cursor, question, isPosition);
  if (position === undefined) {
    throw new ProblemError('invalid-cursor', `cursor ${CURSOR_RULE}.`, {
      errors: [{ path: 'cursor', message: CURSOR_RULE }],
    });
  }
  return position;
}

export const CURSOR_RULE = 'must be a next_cursor of the same list, with the same filters and order';

/** The position in a cursor of this question; undefined for every other text. */
export function findPosition(
  cursor: string, question: unknown, isPosition: (text: string) => boolean,
): string | undefined {
  if (!isCursor(cursor)) return undefined;
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(DIGEST_BYTES).toString('utf8');
  const isOurs = timingSafeEqual(bytes.subarray(0, DIGEST_BYTES), digest(position, question));
  // Clients can forge a cursor, since it has no secret: its position must still be valid for this list.
  return isOurs && isPosition(position) ? position : undefined;
}

/** Whether a text has the form of a cursor, of any question. */
export function isCursor(text: string): boolean {
  const bytes = Buffer.from(text, 'base64url');
  return text.length <= LIMITS.CURSOR_LENGTH && bytes.length > DIGEST_BYTES && bytes.toString('base64url') === text;
}

function digest(position: string, question: unknown): Buffer {
  return createHash('sha256').update(JSON.stringify([question, position]), 'utf8').digest().subarray(0, DIGEST_BYTES);
}
