import { createHash } from 'node:crypto';

/** For logs: shows that two lines are about the same user or key, without its name. */
export function computeShortHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 12);
}
