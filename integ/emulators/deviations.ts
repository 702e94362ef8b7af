import type { Target } from './deployment';

export interface Deviation {
  /** The emulators that deviate. */
  readonly on: readonly Target[];
  /** End of the test's full name. */
  readonly test: string;
  /** Expected error, if our client throws before an expectation of the test fails: the client checks every reply. */
  readonly failsWith?: RegExp;
  /** The emulator's storage deviates, so the test also fails with the local server on this emulator. */
  readonly ofStorage?: true;
  /** Describes the emulator's behaviour, and cites why AWS behaves differently. */
  readonly reason: string;
}

/** True if a deviation's name matches the test's full name. */
export function matchesTest(deviation: string, fullName: string): boolean {
  return ` ${fullName}`.endsWith(` ${deviation}`);
}

const MINISTACK: readonly Target[] = ['ministack', 'ministack-iam'];

const UTF8 =
  'Hands functions text in which invalid UTF-8 was replaced; so does API Gateway without binary media types.';

const ANY = "API Gateway's ANY means seven methods. It answers others by the gateway response MISSING_AUTHENTICATION_TOKEN, which LocalStack sends without our body.";
const UNENFORCED =
  'Does not enforce permissions, so requests without a signature pass; `--least-privilege` enforces them.';

/**
 * Tests that an emulator is known to fail. They run, and one of their expectations must fail. Remove a test that passes
 * from this table; any other error fails the run. A new entry is a decision: it says that only the emulator is wrong.
 */
export const DEVIATIONS: readonly Deviation[] = [
  ...[
    'GET /images// is no route', 'GET //images is no route', 'GET /images/a// is no route',
    'GET /images//confirm is no route',
  ].map(test => ({
    on: MINISTACK, test, reason: 'Takes empty segments out of paths.',
  })),
  ...[
    'bodies refuses Latin-1', 'bodies refuses an overlong slash', 'bodies refuses a surrogate in UTF-8',
    'bodies counts bytes, not characters, and needs no valid text',
  ].map(test => ({
    on: MINISTACK, test, reason: UTF8,
  })),
  {
    on: MINISTACK,
    test: 'Idempotency-Key refuses two keys',
    reason: 'Hands on the last of two headers of one name only; API Gateway has multiValueHeaders for them.',
  },
  { on: MINISTACK, test: 'an escaped slash is 404', reason: 'Decodes `%2F` before it looks for the resource.' },
  ...[
    'TRACE is 405 with Allow, whoever asks', 'PROPFIND is 405 with Allow, whoever asks',
    'route before method, principal and size',
  ].map(test => ({
    on: ['localstack' as const], test, reason: ANY,
  })),
  ...['GET /images// is no route', 'GET //images is no route', 'GET /images/a// is no route'].map(test => ({
    on: ['localstack' as const], test, reason: 'Takes empty segments out of paths.',
  })),
  {
    on: ['ministack-iam'],
    test: 'GET /images refuses the unknown parameter __proto__',
    reason: 'Signatures are verified there, and the signer of the AWS SDK loses a parameter of this name.',
  },
  {
    on: ['localstack'],
    test: 'an id may be percent-encoded',
    failsWith: /^expected 200, got: GET \S+ → 404 /,
    reason: 'Hands on path parameters as they were encoded.',
  },
  {
    on: ['localstack'],
    test: 'bodies refuses the type multipart/form-data; boundary=x',
    reason: 'Reads forms itself, and answers 400 where the body is none.',
  },
  {
    on: ['localstack'],
    test: 'bodies refuses the content-encoding gzip',
    failsWith: /^no request may end in 5xx: .*Not a gzipped file/,
    reason: 'Unpacks bodies itself, and answers 500 where they are not packed.',
  },
  { on: ['ministack', 'localstack'], test: 'storage refuses no signature', ofStorage: true, reason: UNENFORCED },
  { on: ['ministack'], test: 'the parameters of the URL cannot be changed', ofStorage: true, reason: UNENFORCED },
  {
    on: ['localstack'],
    test: 'the parameters of the URL cannot be changed',
    ofStorage: true,
    reason:
      `${UNENFORCED} A parameter that is added to a signed one of the same name passes as well: it keeps one of each.`,
  },
];
