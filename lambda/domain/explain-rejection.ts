/** The fix for bytes that cannot be read: the transfer or the program that wrote them damaged them. */
export const INTACT_COPY = 'the file again, or a copy saved by another program';

/**
 * The message of a rejection. It names rejected originals, not this one: the log of the transform function shows the
 * message too, and the original of a ready image stays.
 */
export function explainRejection(why: string, fix: string): string {
  return `${why}. The service does not keep rejected originals: upload ${fix}.`;
}
