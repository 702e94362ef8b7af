import { computeUserSegment } from '../../lambda/domain/caller';

/** Secrets of users and callers that no log line, metric, trace or event may hold, in any encoding. */
export const CANARIES = {
  userId: 'canary.user@example.org',
  token: 'canary-token-5e1f0c77',
  filename: 'canary-file-ünïque.png',
  tag: 'canary-tag-9d2b',
  position: '48.2081743',
  exif: 'canary-exif-81c4d0',
  decoder: 'canary-decoder-44aa',
  query: 'canary-query-c0ffee',
  body: 'canary-body-7b7b7b',
  idempotencyKey: 'canary-idempotency-key-3131',
  etag: 'canary-etag-6f6f',
  forwarded: 'canary-forwarded.example.net',
  userAgent: 'canary-agent/77.7',
  cursor: 'canary-cursor-2222',
  path: 'canary-path-8d8d',
  storedObject: 'canary-object-1a1a',
} as const;

/** Patterns of strings that name a person or grant access. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  'a URL': /\bhttps?:(\\?\/){2}/i,
  'a signature': /X-Amz-(Signature|Credential|Security-Token)|[?&](Signature|Policy|Key-Pair-Id)=/i,
  'a segment of a user': new RegExp(computeUserSegment({ userId: CANARIES.userId })),
};

/** What a text reveals: the names of canaries, and kinds of forbidden strings. */
export function findSecrets(text: string, allowed: readonly string[] = []): string[] {
  const canaries = ENCODED_CANARIES.filter(([, forms]) => forms.some(form => text.includes(form)));
  const forbidden = Object.entries(FORBIDDEN).filter(([, pattern]) => pattern.test(text));
  return [...canaries, ...forbidden].map(([name]) => name).filter(name => !allowed.includes(name));
}

/** Each encoding that a value commonly gets on its way into a message. */
export function listEncodings(value: string): string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('latin1'),
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap(shift => encodeInside(bytes, shift)),
  ];
}

/** The part of the base64 forms that does not depend on the bytes around the value. */
function encodeInside(bytes: Buffer, shift: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const whole = padded.subarray(0, padded.length - padded.length % 3);
  const skip = shift === 0 ? 0 : 4;
  return [whole.toString('base64').slice(skip), whole.toString('base64url').slice(skip)];
}

const ENCODED_CANARIES = Object.entries(CANARIES).map(([name, value]) => [name, listEncodings(value)] as const);
