import type { EmulatorName } from './options';

export interface Deviation {
  readonly emulator: EmulatorName;
  /** End of the test's full name. */
  readonly test: string;
  /** What the emulator does, and why AWS is known to do otherwise. */
  readonly reason: string;
}

const UTF8 = 'Hands functions text in which invalid UTF-8 was replaced; so does API Gateway without binary media types.';

/**
 * Tests that an emulator is known to fail. They run, and must fail: one that passes has to leave the table. A new entry
 * is a decision: it says that nothing but the emulator is wrong.
 */
export const DEVIATIONS: readonly Deviation[] = [
  ...['GET /images// is no route', 'GET //images is no route', 'GET /images/a// is no route', 'GET /images//confirm is no route'].map(test => ({
    emulator: 'ministack' as const, test, reason: 'Takes empty segments out of paths.',
  })),
  ...['bodies refuses Latin-1', 'bodies refuses an overlong slash', 'bodies refuses a surrogate in UTF-8', 'bodies counts bytes, not characters, and needs no valid text'].map(test => ({
    emulator: 'ministack' as const, test, reason: UTF8,
  })),
  { emulator: 'ministack', test: 'Idempotency-Key refuses two keys', reason: 'Hands on the last of two headers of one name only; API Gateway has multiValueHeaders for them.' },
  { emulator: 'ministack', test: 'storage refuses no signature', reason: 'Does not enforce permissions, so anonymous requests pass; `--least-privilege` enforces them.' },
  { emulator: 'ministack', test: 'what the URL says cannot be changed', reason: 'Does not enforce permissions, so a URL without its query passes; `--least-privilege` enforces them.' },
  { emulator: 'ministack', test: 'an escaped slash is 404', reason: 'Decodes `%2F` before it looks for the resource.' },
];
