import { createHash } from 'node:crypto';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const SEGMENT = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** Whether the key's tenant and user segments are those of the row's owner: `<user>`, or `<t>#<user>`. */
export function areSegmentsOf(owner: unknown, tenant: string, user: string): boolean {
  const [first, second] = String(owner).split('#');
  if (second === undefined) return tenant === '_' && user === segment(JSON.stringify([null, first]));
  // A row holds its tenant's hash; computing the user's segment would need the id.
  return tenant === first && SEGMENT.test(user);
}

/** The first 26 of the 52 base-32 digits of SHA-256. */
function segment(text: string): string {
  const digits = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`).toString(32).padStart(52, '0');
  return [...digits].slice(0, 26).map(digit => CROCKFORD[parseInt(digit, 32)]).join('');
}
